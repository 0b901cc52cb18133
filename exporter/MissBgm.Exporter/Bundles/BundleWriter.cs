using System.Text.Json;
using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Mixed;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Bundles;

/// <summary>Writes a fitted model as a bundle: graphs, fitted rows and manifest, as a folder or as one .zip of it.</summary>
public static class BundleWriter
{
    /// <summary>Checks, before long work, that nothing but a bundle would be replaced at a path.</summary>
    /// <exception cref="UserInputException">The path holds something that is not a bundle.</exception>
    public static void RequireReplaceable(string path) => BundleTarget.RequireReplaceable(path);

    /// <summary>Writes a MissBGM bundle. It appears at its path complete or not at all; a bundle that is there already is replaced only then.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <param name="manifest">The manifest; <see cref="Manifest.Files"/> is filled in here.</param>
    /// <param name="weights">The fitted networks.</param>
    /// <param name="fittedRows">Where the fit left the training rows; null when they are not to be shipped.</param>
    /// <param name="inlineLimit">Bytes of weights up to which they stand in a graph's own file; more go to a file beside it, in folders only.</param>
    /// <param name="weightDraws">
    /// Draws of Bayesian networks' weights, of which <paramref name="weights"/> are the means: the graphs get an input <c>draw</c>, 0 for the means, k for the k-th draw.
    /// </param>
    /// <param name="attachments">Further files by name, which hosts may ignore.</param>
    /// <exception cref="NumericalException">A weight is not finite; the message names network and layer.</exception>
    /// <exception cref="GraphException">The networks' layers do not fit each other; the message names node and operator.</exception>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(string path, Manifest manifest, MissBgmWeights weights, FittedRows? fittedRows, long inlineLimit = OnnxModel.InlineLimit, IReadOnlyList<MissBgmWeights>? weightDraws = null, IReadOnlyDictionary<string, byte[]>? attachments = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        MissBgmWeights[] all = [weights, .. weightDraws ?? []];
        foreach (var draw in all) draw.RequireFinite();
        Write(path, manifest with { WeightDraws = all.Length - 1, CovarianceRank = weights.Generator.CovarianceRank }, Graphs(all, manifest.Inference.LeapfrogSteps), fittedRows, inlineLimit, attachments);
    }

    /// <summary>Writes a bundle of a collapsed model, likewise.</summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <param name="manifest">The manifest, its mechanism any but <see cref="Mechanism.Paper"/>.</param>
    /// <param name="weights">The fitted parameters.</param>
    /// <param name="fittedRows">Where the fit left the training rows; null when they are not to be shipped.</param>
    /// <exception cref="NumericalException">A parameter is not finite; the message names it.</exception>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Write(string path, Manifest manifest, CollapsedMixture weights, FittedRows? fittedRows)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(weights);
        weights.RequireFinite();
        Write(path, manifest, Graphs(weights), fittedRows, OnnxModel.InlineLimit);
    }

    private static void Write(string path, Manifest manifest, IEnumerable<(string FileName, Graph Graph)> graphs, FittedRows? fittedRows, long inlineLimit, IReadOnlyDictionary<string, byte[]>? attachments = null) =>
        BundleTarget.Replace(path, folder =>
        {
            foreach (var (name, graph) in graphs) OnnxModel.Write(graph, Path.Combine(folder, name), inlineLimit);
            if (fittedRows is not null)
            {
                using var stream = File.Create(Path.Combine(folder, FittedRows.FileName));
                fittedRows.Write(stream);
            }

            foreach (var (name, bytes) in attachments ?? new Dictionary<string, byte[]>()) File.WriteAllBytes(Path.Combine(folder, name), bytes);
            var described = JsonSerializer.Serialize(manifest with { Files = BundleTarget.Hashes(folder) }, Manifest.Json);
            File.WriteAllText(Path.Combine(folder, Manifest.FileName), described + "\n");
        });

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(CollapsedMixture weights) =>
    [
        (GraphFiles.Generator, CollapsedGeneratorGraph.Build(weights)),
        (GraphFiles.CollapsedDensity, CollapsedDensityGraph.Build(weights)),
        (GraphFiles.CollapsedLatent, CollapsedLatentGraph.Build(weights)),
        (GraphFiles.MissingConditional, MissingConditionalGraph.Build(weights)),
        (GraphFiles.Sensitivity, SensitivityGraph.Build(weights)),
    ];

    // The encoder's weights are points even where the others' are not.
    private static IEnumerable<(string FileName, Graph Graph)> Graphs(MissBgmWeights[] draws, int leapfrogSteps)
    {
        var graphs = Array.ConvertAll(draws, draw => Graphs(draw, leapfrogSteps).ToArray());
        if (draws.Length == 1) return graphs[0];
        return graphs[0].Select((graph, i) => graph.FileName == GraphFiles.Encoder ? graph : (graph.FileName, WeightDraws.Stack([.. graphs.Select(draw => draw[i].Graph)])));
    }

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(MissBgmWeights weights, MixedGeneratorWeights generator) =>
    [
        (GraphFiles.Generator, MixedGeneratorGraph.Build(generator)),
        (GraphFiles.Mask, MixedNetworkGraphs.Mask(generator, weights.Mask)),
        (GraphFiles.Encoder, MixedNetworkGraphs.Encoder(generator, weights.Encoder)),
        (GraphFiles.LatentGradient, MixedLatentGradientGraph.Build(generator)),
        (GraphFiles.MissingGradient, MixedMissingGradientGraph.Build(generator, weights.Mask)),
        (GraphFiles.PosteriorGradient, MixedPosteriorGradientGraph.Build(generator, weights.Mask)),
        (GraphFiles.GeneratorJacobian, MixedGeneratorJacobianGraph.Build(generator)),
        (GraphFiles.DiscreteUpdate, DiscreteUpdateGraph.Build(generator, weights.Mask)),
    ];

    private static IEnumerable<(string FileName, Graph Graph)> Graphs(MissBgmWeights weights, int leapfrogSteps) =>
        weights.Discrete is { } discrete ? Graphs(weights, new MixedGeneratorWeights(weights.Generator, discrete)) :
    [
        (GraphFiles.Generator, GeneratorGraph.Build(weights.Generator)),
        (GraphFiles.Mask, MaskGraph.Build(weights.Mask)),
        (GraphFiles.Encoder, EncoderGraph.Build(weights.Encoder)),
        (GraphFiles.LatentGradient, LatentGradientGraph.Build(weights.Generator)),
        (GraphFiles.MissingGradient, MissingGradientGraph.Build(weights.Mask, covarianceRank: weights.Generator.CovarianceRank)),
        (GraphFiles.PosteriorGradient, PosteriorGradientGraph.Build(weights)),
        (GraphFiles.GeneratorJacobian, GeneratorJacobianGraph.Build(weights.Generator)),
        .. weights.Generator.CovarianceRank == 0 ? Fused(weights, leapfrogSteps) : [],
    ];

    // Whole steps and sweeps as one graph each know diagonal covariances alone; our runtime needs none of them.
    private static IEnumerable<(string FileName, Graph Graph)> Fused(MissBgmWeights weights, int leapfrogSteps) =>
    [
        (GraphFiles.MapStep, MapStepGraph.Build(weights)),
        (GraphFiles.JointSweep, JointSweepGraph.Build(weights, leapfrogSteps)),
        (GraphFiles.GibbsSweep, GibbsSweepGraph.Build(weights, leapfrogSteps)),
    ];
}
