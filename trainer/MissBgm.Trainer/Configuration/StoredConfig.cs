using System.Text.Json;
using System.Text.Json.Nodes;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Trainer.Configuration;

/// <summary>A configuration as a bundle keeps it: the keys of the YAML file, resolved, without the part that another mechanism would have read.</summary>
internal static class StoredConfig
{
    /// <summary>The configuration as JSON.</summary>
    public static JsonElement Write(FitConfig config)
    {
        var stored = JsonSerializer.SerializeToNode(config, Manifest.Json)!.AsObject();
        stored.Remove(config.IsPaper ? "collapsed" : "paper");
        return JsonSerializer.SerializeToElement(stored);
    }

    /// <summary>Reads what a bundle keeps, that of earlier versions included, in which the settings of all mechanisms stood side by side.</summary>
    public static FitConfig Read(JsonElement stored)
    {
        var config = JsonSerializer.SerializeToNode(stored)?.AsObject() ?? throw new JsonException("there are none.");
        if (config.ContainsKey("epochs")) config = Sorted(config);
        return config.Deserialize<FitConfig>(Manifest.Json)!;
    }

    private static JsonObject Sorted(JsonObject flat)
    {
        var (shared, paper) = (new JsonObject(), new JsonObject());
        foreach (var (key, value) in flat)
        {
            (key is "mechanism" or "z_dim" or "columns" or "collapsed" ? shared : paper)[key] = value?.DeepClone();
        }

        if (paper["posterior"] is JsonObject posterior && posterior["alpha"] is { } alpha)
        {
            shared["alpha"] = alpha.DeepClone();
            posterior.Remove("alpha");
        }

        shared["paper"] = paper;
        return shared;
    }
}
