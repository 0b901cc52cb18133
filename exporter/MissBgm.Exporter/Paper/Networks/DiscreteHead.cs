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

/// <summary>The head placed in a graph.</summary>
/// <param name="weights">Its columns.</param>
/// <param name="kernel">Kernel of its dense layer.</param>
/// <param name="bias">Bias of its dense layer.</param>
internal sealed class DiscreteHead(DiscreteHeadWeights weights, Tensor kernel, Tensor bias)
{
    /// <summary>Log-probabilities of the levels, column after column, [N, sum of levels], for the last hidden layer's output.</summary>
    public Tensor LogProbabilities(Tensor features)
    {
        var outputs = features.Dense(kernel, bias);
        var (columns, start) = (new List<Tensor>(), 0);
        foreach (var column in weights.Columns)
        {
            columns.Add(LogProbabilities(outputs.Slice(1, start, start + column.Outputs), column));
            start += column.Outputs;
        }

        return columns.ToArray().Concat(1);
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
            return last
                ? above
                : above - (location - thresholds[level]).Softplus()
                    + Math.Log(-Math.Exp(thresholds[level - 1] - (double)thresholds[level]) + 1);
        })
        .ToArray()
        .Concat(1);
}
