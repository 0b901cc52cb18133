using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Networks;

/// <summary>
/// A data-generating network for a table with continuous and discrete columns (MissBGM Section 4.1: Bernoulli or Categorical for discrete variables).
/// Encoded rows hold the continuous columns first, then the discrete ones, each in as many columns as it has logits.
/// </summary>
/// <param name="Continuous">Hidden layers and the heads of the continuous columns.</param>
/// <param name="Logits">Head of the discrete columns; as many outputs as <paramref name="Widths"/> sum to.</param>
/// <param name="Widths">For each discrete column its number of logits: 1 for Bernoulli (0 or 1 in one encoded column), k for k categories (one-hot).</param>
public sealed record MixedGeneratorWeights(GeneratorWeights Continuous, DenseWeights Logits, IReadOnlyList<int> Widths)
{
    /// <summary>Number of encoded columns.</summary>
    public int EncodedColumns => Continuous.Mean.Outputs + Widths.Sum();

    /// <summary>Number of table columns.</summary>
    public int TableColumns => Continuous.Mean.Outputs + Widths.Count;
}

/// <summary>The network placed in a graph.</summary>
internal sealed class MixedGeneratorNetwork
{
    private readonly GeneratorNetwork continuous;
    private readonly (Tensor Kernel, Tensor Bias) logits;

    public MixedGeneratorNetwork(Graph graph, MixedGeneratorWeights weights)
    {
        continuous = new GeneratorNetwork(graph, weights.Continuous);
        var norm = weights.Continuous.Hidden.Count == 0 ? weights.Continuous.InputNorm : null;
        logits = norm is null
            ? DenseLayer.Place(graph, weights.Logits, "generator.logits")
            : DenseLayer.Place(graph, norm, weights.Logits, "generator.logits");
    }

    /// <summary>Mean and variance [N, continuous] and logits [N, sum of widths] of x for z [N, d].</summary>
    public (Tensor Mean, Tensor Variance, Tensor Logits) Apply(Tensor z)
    {
        var (mean, variance) = continuous.Apply(z);
        return (mean, variance, continuous.Features(z).Dense(logits.Kernel, logits.Bias));
    }
}
