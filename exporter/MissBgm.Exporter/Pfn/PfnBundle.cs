using MissBgm.Exporter.Bundles;
using MissBgm.Exporter.Graphs;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary>The bundle of a pretrained PFN-Flow network.</summary>
public static class PfnBundle
{
    /// <summary>Writes a bundle. It appears at its path complete or not at all.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip; a model card README.md that stands there is kept.</param>
    /// <param name="manifest">The manifest; <see cref="PfnManifest.Files"/> is filled in here.</param>
    /// <param name="weights">The network.</param>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(string path, PfnManifest manifest, PfnWeights weights)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(weights);
        BundleWriter.Write(path, Graphs(weights, manifest.FlowSteps), listing => listing.Complete(manifest));
    }

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(PfnWeights weights, int flowSteps) =>
    [
        (PfnGraph.FileName, PfnGraph.Build(weights)),
        (FlowBaselineGraph.FileName, FlowBaselineGraph.Build(weights.Sizes.Features)),
        (FlowVelocityGraph.FileName, FlowVelocityGraph.Build(weights)),
        (FlowSamplerGraph.FileName, FlowSamplerGraph.Build(weights, flowSteps)),
        (GraphFiles.Impute, ImputeGraph.Build(weights, flowSteps)),
    ];
}
