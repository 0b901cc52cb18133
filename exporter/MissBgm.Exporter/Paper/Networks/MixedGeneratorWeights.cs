using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>How the levels of one discrete column come from the head's outputs.</summary>
/// <param name="Levels">Number of levels k, at least 2.</param>
/// <param name="Thresholds">
/// c_1 to c_(k-1), ascending: the levels have an order, and p(level at most m | z) = sigmoid(c_m - output) (McCullagh 1980, the cumulative logit model).
/// Null for no order: Bernoulli for two levels, Categorical for more.
/// </param>
public sealed record DiscreteColumnWeights(int Levels, float[]? Thresholds = null)
{
    /// <summary>Outputs of the head: the log-odds of the second of two levels, a location, or k logits.</summary>
    public int Outputs => Levels == 2 || Thresholds is not null ? 1 : Levels;
}

/// <summary>The generator's head for discrete columns (MissBGM Section 4.1: Bernoulli or Categorical for discrete variables).</summary>
/// <param name="Output">As many outputs as the columns' <see cref="DiscreteColumnWeights.Outputs"/> sum to.</param>
/// <param name="Columns">The discrete columns.</param>
public sealed record DiscreteHeadWeights(DenseWeights Output, IReadOnlyList<DiscreteColumnWeights> Columns)
{
    /// <summary>Levels of each column.</summary>
    public IReadOnlyList<int> Levels { get; } = [.. Columns.Select(column => column.Levels)];
}

/// <summary>
/// A data-generating network for a table with continuous and discrete columns. Rows hold the continuous columns first, then the discrete ones, as the numbers
/// of their levels from 0; networks see these one-hot.
/// </summary>
/// <param name="Continuous">Hidden layers and the heads of the continuous columns, of which there may be none.</param>
/// <param name="Discrete">Head of the discrete columns.</param>
public sealed record MixedGeneratorWeights(GeneratorWeights Continuous, DiscreteHeadWeights Discrete)
{
    /// <summary>Number of continuous columns, c.</summary>
    public int ContinuousColumns => Continuous.Mean.Outputs;

    /// <summary>Number of columns, p.</summary>
    public int Columns => ContinuousColumns + Discrete.Columns.Count;

    /// <summary>Width of a row as networks see it, discrete columns one-hot.</summary>
    public int EncodedColumns => ContinuousColumns + Discrete.Levels.Sum();
}

/// <summary>The distribution of x given z.</summary>
/// <param name="Mean">Of the continuous columns, [N, c]; null when there are none.</param>
/// <param name="Variance">Of the continuous columns, [N, c]; null when there are none.</param>
/// <param name="LogProbabilities">Of the levels of the discrete columns, [N, sum of levels].</param>
internal readonly record struct MixedOutput(Tensor? Mean, Tensor? Variance, Tensor LogProbabilities);

/// <summary>The network placed in a graph.</summary>
internal sealed class MixedGeneratorNetwork
{
    private readonly MixedGeneratorWeights weights;
    private readonly GeneratorNetwork continuous;
    private readonly (Tensor Kernel, Tensor Bias) output;

    public MixedGeneratorNetwork(Graph graph, MixedGeneratorWeights weights)
    {
        this.weights = weights;
        continuous = new GeneratorNetwork(graph, weights.Continuous);
        var norm = weights.Continuous.Hidden.Count == 0 ? weights.Continuous.InputNorm : null;
        output = norm is null
            ? DenseLayer.Place(graph, weights.Discrete.Output, "generator.discrete")
            : DenseLayer.Place(graph, norm, weights.Discrete.Output, "generator.discrete");
    }

    /// <summary>The distribution of x for z [N, d].</summary>
    public MixedOutput Apply(Tensor z)
    {
        var outputs = continuous.Features(z).Dense(output.Kernel, output.Bias);
        var (columns, start) = (new List<Tensor>(), 0);
        foreach (var column in weights.Discrete.Columns)
        {
            columns.Add(LogProbabilities(outputs.Slice(1, start, start + column.Outputs), column));
            start += column.Outputs;
        }

        var levels = columns.ToArray().Concat(1);
        if (weights.ContinuousColumns == 0) return new MixedOutput(null, null, levels);
        var (mean, variance) = continuous.Apply(z);
        return new MixedOutput(mean, variance, levels);
    }

    // Each is normalised, and finite for any output.
    private static Tensor LogProbabilities(Tensor output, DiscreteColumnWeights column) => (column.Levels, column.Thresholds) switch
    {
        (2, null) => new[] { -output.Softplus(), -(-output).Softplus() }.Concat(1),
        (_, null) => output.LogSoftmax(),
        (_, { } thresholds) => Cumulative(output, thresholds),
    };

    // sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)), without cancellation.
    private static Tensor Cumulative(Tensor location, float[] thresholds) => Enumerable.Range(0, thresholds.Length + 1)
        .Select(level =>
        {
            var (first, last) = (level == 0, level == thresholds.Length);
            if (first) return -(location - thresholds[0]).Softplus();
            var above = -(thresholds[level - 1] - location).Softplus();
            return last ? above : above - (location - thresholds[level]).Softplus() + Math.Log(-Math.Exp(thresholds[level - 1] - (double)thresholds[level]) + 1);
        })
        .ToArray()
        .Concat(1);
}
