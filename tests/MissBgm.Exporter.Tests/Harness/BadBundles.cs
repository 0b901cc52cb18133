using System.Text.Json.Nodes;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>The bundle of <see cref="MixedBundle"/> with a manifest that no host takes.</summary>
internal static class BadBundles
{
    /// <summary>What is wrong with them.</summary>
    public static readonly string[] All = ["no-json", "a-list", "another-kind", "a-newer-version", "no-columns", "no-graphs"];

    /// <summary>Writes one, and gives its path.</summary>
    public static string Write(string kind, string path)
    {
        MixedBundle.Write(path);
        var file = Path.Combine(path, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        switch (kind)
        {
            case "another-kind":
                manifest["kind"] = "poetry";
                break;
            case "a-newer-version":
                manifest["format_version"] = 99;
                break;
            case "no-columns":
                manifest["columns"] = 7;
                break;
            case "no-graphs":
                foreach (var graph in Directory.GetFiles(path, "*.onnx")) File.Delete(graph);
                manifest["graphs"] = new JsonObject();
                break;
        }

        File.WriteAllText(file, kind switch { "no-json" => "{\"kind\": ", "a-list" => "[]", _ => manifest.ToJsonString() });
        return path;
    }
}
