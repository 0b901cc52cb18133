using System.Text.Json;
using System.Text.Json.Nodes;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Runtime.Tests.Bundles;

/// <summary>What generated code makes of a manifest is what reflection makes of it, members that are absent included.</summary>
public sealed class ManifestJsonTests
{
    private const string Column = """{"name":"a","type":"numeric","location":1,"scale":2,"minimum":0,"maximum":3,"observed_share":1,"notation":{},""" +
        """ "marginal":{"scale":"normal","scores":[0],"values":[1],"atoms":[]}}""";

    private const string Fitted = """{"format_version":1,"kind":"missbgm","tool_version":"0.1.0","seed":1,"latent_dimension":2,"columns":[""" + Column +
        """],"missing_tokens":[""],"inference":{},"hyperparameters":{},"evidence":null,""" +
        """ "training":{"rows":1,"missing_cells":0,"epochs":1,"final_losses":{}},"files":{}}""";

    private const string Pretrained =
        """{"format_version":1,"kind":"pfn-flow","tool_version":"0.1.0","seed":1,"features":2,"classes":2,"width":4,"flow_steps":3,""" +
        """ "hyperparameters":{},"training":{"steps":1,"tasks":1,"losses":{}},"files":{}}""";

    [Fact]
    public void A_fitted_manifest_of_required_members_alone_has_the_defaults_of_the_others() =>
        Assert.Equal(Reflected<Manifest>(Fitted), Serialise(ManifestFormat.Read(Utf8(Fitted), "m").Parse<Manifest>(Utf8(Fitted), ManifestTypes.Default)));

    [Fact]
    public void A_pretrained_manifest_of_required_members_alone_has_the_defaults_of_the_others() =>
        Assert.Equal(
            Reflected<PfnManifest>(Pretrained),
            Serialise(ManifestFormat.Read(Utf8(Pretrained), "m").Parse<PfnManifest>(Utf8(Pretrained), PfnManifestTypes.Default)));

    [Fact]
    public void Every_setting_of_the_inference_is_read()
    {
        var node = JsonNode.Parse(Fitted)!;
        var settings = JsonSerializer.SerializeToNode(new InferenceSettings(), Manifest.Json)!.AsObject();
        foreach (var (name, value) in settings.ToArray())
        {
            if (value!.GetValueKind() == JsonValueKind.Number) settings[name] = value.GetValue<double>() is var number && number < 1 ? number / 2 : number + 1;
        }

        settings["sampler"] = "paper";
        node["inference"] = settings;
        var json = node.ToJsonString();
        Assert.Equal(Reflected<Manifest>(json), Serialise(ManifestFormat.Read(Utf8(json), "m").Parse<Manifest>(Utf8(json), ManifestTypes.Default)));
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string Serialise<T>(T manifest) => JsonSerializer.Serialize(manifest, Manifest.Json);

    private static string Reflected<T>(string json) => Serialise(JsonSerializer.Deserialize<T>(json, Manifest.Json)!);
}
