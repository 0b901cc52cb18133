using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Sampling;

/// <summary>
/// The units of a block of coordinates q: a matrix L for each row with L L' near the target's covariance. Momenta are standard normal in L^-1 q.
/// </summary>
internal abstract record Metric
{
    /// <summary>step * L momentum: how far q moves.</summary>
    /// <param name="step">[N, 1].</param>
    /// <param name="momentum">[N, k].</param>
    public abstract Tensor Velocity(Tensor step, Tensor momentum);

    /// <summary>step * L' gradient: how much the momentum changes.</summary>
    /// <param name="step">[N, 1].</param>
    /// <param name="gradient">[N, k].</param>
    public abstract Tensor Pull(Tensor step, Tensor gradient);
}

/// <summary>A unit for each coordinate; one of unit 0 does not move.</summary>
/// <param name="Units">[N, k]; null for 1.</param>
internal sealed record DiagonalMetric(Tensor? Units = null) : Metric
{
    public override Tensor Velocity(Tensor step, Tensor momentum) => (Units is null ? step : step * Units) * momentum;

    public override Tensor Pull(Tensor step, Tensor gradient) => Velocity(step, gradient);
}

/// <summary>A full matrix for each row.</summary>
/// <param name="Factor">L, [N, k, k].</param>
internal sealed record DenseMetric(Tensor Factor) : Metric
{
    public override Tensor Velocity(Tensor step, Tensor momentum) => step * Factor.MatMul(momentum.Unsqueeze(2)).Squeeze(2);

    public override Tensor Pull(Tensor step, Tensor gradient) => step * gradient.Unsqueeze(1).MatMul(Factor).Squeeze(1);
}
