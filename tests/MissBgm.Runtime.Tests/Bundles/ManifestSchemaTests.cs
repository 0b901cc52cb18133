using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Bundles;

public sealed class ManifestSchemaTests
{
    /// <summary><c>MISSBGM_WRITE_SCHEMA=1</c> writes it anew.</summary>
    [Fact]
    public void The_schema_in_the_documentation_is_that_of_the_code()
    {
        var path = Checkout.PathOf("docs", "manifest.schema.json");
        var options = new JsonSerializerOptions(Manifest.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var schema = options.GetJsonSchemaAsNode(typeof(Manifest), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        schema["title"] = "manifest.json of a MissBGM bundle, format 1";
        if (Environment.GetEnvironmentVariable("MISSBGM_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(path, schema.ToJsonString(new() { WriteIndented = true }) + "\n");
        }
        Assert.True(
            JsonNode.DeepEquals(schema, JsonNode.Parse(File.ReadAllText(path))),
            "docs/manifest.schema.json is of another version of the manifest: run this test with MISSBGM_WRITE_SCHEMA=1 and commit "
            + "the file.");
    }
}
