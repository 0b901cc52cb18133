using MissBgm.Exporter.Bundles;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>The bundle of a pretrained network over cells.</summary>
public static class CellBundle
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
        BundleWriter.Write(
            path,
            [
                (CellGraph.FileName, CellGraph.Build(weights)), (CellDistributionGraph.FileName, CellDistributionGraph.Build(weights)),
                (CellSamplerGraph.FileName, CellSamplerGraph.Build(weights, manifest.FlowSteps)),
                (FlowBaselineGraph.FileName, FlowBaselineGraph.Build(weights.Sizes.Features)),
            ],
            listing => listing.Complete(manifest));
    }
}
