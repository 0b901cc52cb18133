using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>The data-generating network g_theta placed in a graph (MissBGM Eq. 2, Appendix E.1).</summary>
internal sealed class GeneratorNetwork
{
    private readonly IReadOnlyList<(Tensor Kernel, Tensor Bias)> hidden;
    private readonly (Tensor Kernel, Tensor Bias) mean;
    private readonly (Tensor Kernel, Tensor Bias) variance;
    private readonly (Tensor Kernel, Tensor Bias)? factor;
    private readonly Shape factorShape;
    private readonly double slope;
    private readonly double floor;

    /// <summary>Adds the weights to a graph; the input normalisation is folded into the first layer.</summary>
    public GeneratorNetwork(Graph graph, GeneratorWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var first = true;
        (Tensor, Tensor) Place(DenseWeights layer, string name)
        {
            var norm = first ? weights.InputNorm : null;
            first = false;
            return norm is null ? DenseLayer.Place(graph, layer, name) : DenseLayer.Place(graph, norm, layer, name);
        }

        hidden = [.. weights.Hidden.Select((layer, i) => Place(layer, $"generator.hidden.{i}"))];
        first = hidden.Count == 0;
        mean = Place(weights.Mean, "generator.mean");
        first = hidden.Count == 0;
        variance = Place(weights.Variance, "generator.variance");
        first = hidden.Count == 0;
        factor = weights.Factor is null ? null : Place(weights.Factor, "generator.factor");
        factorShape = ["N", weights.Mean.Outputs, weights.CovarianceRank];
        (slope, floor) = (weights.LeakySlope, weights.VarianceFloor);
    }

    /// <summary>Mean [N, p] and variance [N, p] of x for z [N, d].</summary>
    public (Tensor Mean, Tensor Variance) Apply(Tensor z)
    {
        var features = Features(z);
        return (features.Dense(mean.Kernel, mean.Bias), features.Dense(variance.Kernel, variance.Bias).Softplus() + floor);
    }

    /// <summary>The covariance's low-rank factor, [N, p, r], for z [N, d]; null for a diagonal covariance.</summary>
    public Tensor? Factor(Tensor z) => factor is { } head ? Features(z).Dense(head.Kernel, head.Bias).Reshape(factorShape) : null;

    /// <summary>The last hidden layer's output for z [N, d]; z itself when there is none.</summary>
    public Tensor Features(Tensor z) => hidden.Aggregate(z, (activation, layer) => activation.Dense(layer.Kernel, layer.Bias).LeakyRelu(slope));
}
