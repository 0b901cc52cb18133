using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>The distribution of x given z.</summary>
/// <param name="Mean">Of the continuous columns, [N, c]; null when there are none.</param>
/// <param name="Variance">Of the continuous columns, [N, c]; null when there are none.</param>
/// <param name="Factor">Low-rank factor of their covariance, [N, c, r]; null for a diagonal one.</param>
/// <param name="LogProbabilities">Of the levels of the discrete columns, [N, sum of levels]; null when there are none.</param>
internal readonly record struct GeneratorOutput(Tensor? Mean, Tensor? Variance, Tensor? Factor, Tensor? LogProbabilities);

/// <summary>The data-generating network g_theta placed in a graph (MissBGM Eq. 2, Appendix E.1).</summary>
internal sealed class GeneratorNetwork
{
    private readonly IReadOnlyList<(Tensor Kernel, Tensor Bias)> _hidden;
    private readonly (Tensor Kernel, Tensor Bias) _mean;
    private readonly (Tensor Kernel, Tensor Bias) _variance;
    private readonly (Tensor Kernel, Tensor Bias)? _factor;
    private readonly DiscreteHead? _discrete;
    private readonly GeneratorWeights _weights;

    /// <summary>Adds the weights to a graph; the input normalisation is folded into the first layer.</summary>
    public GeneratorNetwork(Graph graph, GeneratorWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights = weights;
        (Tensor Kernel, Tensor Bias) Place(DenseWeights layer, string name, bool first) => first && weights.InputNorm is { } norm
            ? DenseLayer.Place(graph, norm, layer, $"generator.{name}")
            : DenseLayer.Place(graph, layer, $"generator.{name}");

        var bare = weights.Hidden.Count == 0;
        _hidden = [.. weights.Hidden.Select((layer, i) => Place(layer, $"hidden.{i}", i == 0))];
        _mean = Place(weights.Mean, "mean", bare);
        _variance = Place(weights.Variance, "variance", bare);
        _factor = weights.Factor is null ? null : Place(weights.Factor, "factor", bare);
        if (weights.Discrete is not { } discrete) return;
        var (kernel, bias) = Place(discrete.Output, "discrete", bare);
        _discrete = new DiscreteHead(discrete, kernel, bias);
    }

    /// <summary>The distribution of x for z [N, d].</summary>
    public GeneratorOutput Apply(Tensor z)
    {
        var features = Features(z);
        var levels = _discrete?.LogProbabilities(features);
        if (_weights.Mean.Outputs == 0) return new GeneratorOutput(null, null, null, levels);
        return new GeneratorOutput(
            features.Dense(_mean.Kernel, _mean.Bias),
            features.Dense(_variance.Kernel, _variance.Bias).Softplus() + _weights.VarianceFloor,
            _factor is { } factor ? features.Dense(factor.Kernel, factor.Bias).Reshape(["N", _weights.Mean.Outputs, _weights.CovarianceRank]) : null,
            levels);
    }

    /// <summary>Mean and variance of a table of numbers, [N, p] each.</summary>
    public (Tensor Mean, Tensor Variance) Moments(Tensor z)
    {
        var output = Apply(z);
        return (output.Mean!, output.Variance!);
    }

    // The last hidden layer's output for z [N, d]; z itself when there is none.
    private Tensor Features(Tensor z) => _hidden.Aggregate(z, (activation, layer) => activation.Dense(layer.Kernel, layer.Bias).LeakyRelu(_weights.LeakySlope));
}
