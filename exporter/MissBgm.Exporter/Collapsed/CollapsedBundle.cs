using MissBgm.Exporter.Bundles;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Collapsed;

/// <summary>The bundle of a collapsed model.</summary>
public static class CollapsedBundle
{
    /// <summary>Writes a bundle. It appears at its path complete or not at all; a bundle that is there already is replaced only then.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <param name="manifest">The manifest, its mechanism any but <see cref="Mechanism.Paper"/>; files are filled in here.</param>
    /// <param name="weights">The fitted parameters.</param>
    /// <param name="fittedRows">Where the fit left the training rows; null when they are not to be shipped.</param>
    /// <param name="forests">The forests that the manifest's columns name, in their order; null for none.</param>
    /// <exception cref="NumericalException">A parameter is not finite; the message names it.</exception>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(string path, Manifest manifest, CollapsedMixture weights, FittedRows? fittedRows, IReadOnlyList<WeightedForest>? forests = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(weights);
        weights.RequireFinite();
        var files = new Dictionary<string, byte[]>(BundleWriter.Attachment(fittedRows));
        if (forests is { Count: > 0 }) files[ForestFile.FileName] = ForestFile.Write([.. forests.Select(own => own.Forest)], weights.Columns);
        BundleWriter.Write(path, Graphs(weights, manifest, forests), listing => listing.Complete(manifest), attachments: files);
    }

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(
        CollapsedMixture weights, Manifest manifest, IReadOnlyList<WeightedForest>? forests) =>
    [
        (GraphFiles.Generator, CollapsedGeneratorGraph.Build(weights)),
        (GraphFiles.CollapsedDensity, CollapsedDensityGraph.Build(weights)),
        (GraphFiles.CollapsedLatent, CollapsedLatentGraph.Build(weights)),
        (GraphFiles.MissingConditional, MissingConditionalGraph.Build(weights)),
        (GraphFiles.Sensitivity, SensitivityGraph.Build(weights)),
        (GraphFiles.Impute, ImputeGraph.Build(
            weights, (manifest.Generator ?? GeneratorEvidence.Linear).Fits, new TableSchema(manifest.Columns, manifest.Carried), forests,
            manifest.Generator?.ForestPasses ?? 1)),
    ];
}
