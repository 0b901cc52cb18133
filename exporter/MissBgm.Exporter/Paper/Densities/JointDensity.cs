using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>
/// The density of z and the missing values together (MissBGM Eq. 11) of a model placed in a graph, with missing numbers as mean + s.d. * noise
/// and missing levels as the quantile of p(level | z) at Phi(noise).
/// </summary>
internal sealed class JointDensity(Graph graph, MissBgmWeights weights)
{
    private readonly GeneratorNetwork _generator = new(graph, weights.Generator);
    private Perceptron? _mask;

    /// <summary>The model's columns.</summary>
    public RowColumns Rows { get; } = RowColumns.Of(weights.Generator);

    /// <summary>The generator's output at z.</summary>
    public GeneratorOutput Generate(Tensor z) => _generator.Apply(z);

    /// <summary>The mask network's logits.</summary>
    public Tensor Mask(Tensor encoded) => (_mask ??= new Perceptron(graph, weights.Mask, "mask")).Apply(encoded);

    /// <summary>The log density, [N], and the completed rows, [N, p].</summary>
    /// <param name="z">Latent variables, [N, d].</param>
    /// <param name="noise">Of the missing values, [N, p].</param>
    /// <param name="x">Observed values, [N, p].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <param name="beta">Temperature of the mask term, a scalar.</param>
    public (Tensor LogDensity, Tensor Completed) At(Tensor z, Tensor noise, Tensor x, Tensor observed, Tensor beta)
    {
        var output = Generate(z);
        var levels = weights.Generator.Discrete is { } discrete ? CompleteLevels(discrete.Levels, noise, x, observed, output.LogProbabilities!) : null;
        var density = levels is null ? null : PosteriorDensity.Levels(Rows, z, noise, levels, output.LogProbabilities!, observed);
        var cells = output.Mean is { } mean
            ? PosteriorDensity.Complete(Rows.Cells(noise)!, Rows.Cells(x)!, mean, output.Variance!, Rows.Cells(observed)!)
            : null;
        if (density is not null && cells is not null)
        {
            density = PosteriorDensity.BesideLevels(density, Rows.Cells(noise)!, cells, Rows.Cells(x)!, output, Rows.Cells(observed)!);
        }
        var logits = Mask(Rows.Encode(cells, levels));
        density = density is null
            ? PosteriorDensity.Log(z, noise, cells!, output.Mean!, output.Variance!, observed, logits, beta, output.Factor)
            : density + beta * MissingDensity.MaskLogLikelihood(observed, logits);
        return (density, RowColumns.Join(cells, levels));
    }

    // No derivative flows through a level.
    private Tensor CompleteLevels(IReadOnlyList<int> widths, Tensor noise, Tensor x, Tensor observed, Tensor logProbabilities)
    {
        var uniform = 0.5 * ((Rows.Levels(noise)! / Math.Sqrt(2)).Erf() + 1);
        var heads = DiscreteColumns.Split(logProbabilities, widths);
        var drawn = heads.Select((head, j) => DiscreteColumns.Draw(head, uniform.Slice(1, j, j + 1))).ToArray().Concat(1);
        return Rows.Levels(observed)!.Less(0.5).Where(drawn, Rows.Levels(x)!).Held();
    }
}
