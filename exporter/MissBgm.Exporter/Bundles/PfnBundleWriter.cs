using System.Text.Json;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Pfn;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Bundles;

/// <summary>Writes a pretrained network as a bundle: graphs and manifest, as a folder or as one .zip of it.</summary>
public static class PfnBundleWriter
{
    /// <summary>Writes a PFN-Flow bundle. It appears at its path complete or not at all.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip; a model card README.md that stands there is kept.</param>
    /// <param name="manifest">The manifest; <see cref="PfnManifest.Files"/> is filled in here.</param>
    /// <param name="weights">The network.</param>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(string path, PfnManifest manifest, PfnWeights weights)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        BundleTarget.Replace(path, folder =>
        {
            File.WriteAllBytes(Path.Combine(folder, PfnGraph.FileName), OnnxModel.Serialize(PfnGraph.Build(weights)));
            File.WriteAllBytes(Path.Combine(folder, FlowBaselineGraph.FileName), OnnxModel.Serialize(FlowBaselineGraph.Build(weights.Sizes.Features)));
            File.WriteAllBytes(Path.Combine(folder, FlowVelocityGraph.FileName), OnnxModel.Serialize(FlowVelocityGraph.Build(weights)));
            File.WriteAllBytes(Path.Combine(folder, FlowSamplerGraph.FileName), OnnxModel.Serialize(FlowSamplerGraph.Build(weights, manifest.FlowSteps)));
            var described = JsonSerializer.Serialize(manifest with { Files = BundleTarget.Hashes(folder) }, Manifest.Json);
            File.WriteAllText(Path.Combine(folder, Manifest.FileName), described + "\n");
        });
    }
}
