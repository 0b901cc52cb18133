using MissBgm.Exporter.Bundles;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Paper;

/// <summary>The bundle of MissBGM as published.</summary>
public static class PaperBundle
{
    /// <summary>Writes a bundle. It appears at its path complete or not at all; a bundle that is there already is replaced only then.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <param name="manifest">The manifest; files, draws of the weights and rank of the covariance are filled in here.</param>
    /// <param name="weights">The fitted networks.</param>
    /// <param name="fittedRows">Where the fit left the training rows; null when they are not to be shipped.</param>
    /// <param name="inlineLimit">Bytes of weights up to which they stand in a graph's own file; more go to a file beside it, in folders only.</param>
    /// <param name="weightDraws">
    /// Draws of Bayesian networks' weights, of which <paramref name="weights"/> are the means: the graphs get an input <c>draw</c>, 0 for
    /// the means, k for the k-th draw.
    /// </param>
    /// <param name="attachments">Further files by name, which hosts may ignore.</param>
    /// <exception cref="NumericalException">A weight is not finite; the message names network and layer.</exception>
    /// <exception cref="GraphException">The networks' layers do not fit each other; the message names node and operator.</exception>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(
        string path,
        Manifest manifest,
        MissBgmWeights weights,
        FittedRows? fittedRows,
        long inlineLimit = OnnxModel.InlineLimit,
        IReadOnlyList<MissBgmWeights>? weightDraws = null,
        IReadOnlyDictionary<string, byte[]>? attachments = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(weights);
        MissBgmWeights[] all = [weights, .. weightDraws ?? []];
        foreach (var draw in all) draw.RequireFinite();
        var files = new Dictionary<string, byte[]>(BundleWriter.Attachment(fittedRows).Concat(attachments ?? new Dictionary<string, byte[]>()));
        manifest = manifest with { WeightDraws = all.Length - 1, CovarianceRank = weights.Generator.CovarianceRank };
        var impute = ImputeGraph.Build(all, new TableSchema(manifest.Columns, manifest.Carried), manifest.Inference);
        var graphs = Graphs(all, manifest.Inference.LeapfrogSteps).Append((GraphFiles.Impute, impute));
        BundleWriter.Write(path, graphs, listing => listing.Complete(manifest), inlineLimit, files);
    }

    // The encoder's weights are points even where the others' are not.
    private static IEnumerable<(string FileName, Graph Graph)> Graphs(MissBgmWeights[] draws, int leapfrogSteps)
    {
        var graphs = Array.ConvertAll(draws, draw => Graphs(draw, leapfrogSteps).ToArray());
        if (draws.Length == 1) return graphs[0];
        return graphs[0].Select((graph, i) =>
            graph.FileName == GraphFiles.Encoder ? graph : (graph.FileName, WeightDraws.Stack([.. graphs.Select(draw => draw[i].Graph)])));
    }

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(MissBgmWeights weights, int leapfrogSteps) =>
    [
        (GraphFiles.Generator, GeneratorGraph.Build(weights.Generator)),
        (GraphFiles.Mask, MaskGraph.Build(weights.Mask, discrete: weights.Generator.Discrete)),
        (GraphFiles.Encoder, EncoderGraph.Build(weights.Encoder, discrete: weights.Generator.Discrete)),
        (GraphFiles.LatentGradient, LatentGradientGraph.Build(weights.Generator)),
        (GraphFiles.MissingGradient, MissingGradientGraph.Build(
            weights.Mask, covarianceRank: weights.Generator.CovarianceRank, discrete: weights.Generator.Discrete)),
        (GraphFiles.PosteriorGradient, PosteriorGradientGraph.Build(weights)),
        (GraphFiles.GeneratorJacobian, GeneratorJacobianGraph.Build(weights.Generator)),
        .. weights.Generator.Discrete is null ? [] : Levels(weights),
        .. weights.Generator is { Discrete: null, CovarianceRank: 0 } ? Fused(weights, leapfrogSteps) : [],
    ];

    private static IEnumerable<(string FileName, Graph Graph)> Levels(MissBgmWeights weights) =>
        [(GraphFiles.DiscreteUpdate, DiscreteUpdateGraph.Build(weights.Generator, weights.Mask))];

    // Whole steps and sweeps as one graph each know numbers with diagonal covariances alone; our runtime needs none of them.
    private static IEnumerable<(string FileName, Graph Graph)> Fused(MissBgmWeights weights, int leapfrogSteps) =>
    [
        (GraphFiles.MapStep, MapStepGraph.Build(weights)),
        (GraphFiles.JointSweep, JointSweepGraph.Build(weights, leapfrogSteps)),
        (GraphFiles.GibbsSweep, GibbsSweepGraph.Build(weights, leapfrogSteps)),
    ];
}
