using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Trainer.Paper;

/// <summary>What a fit found.</summary>
/// <param name="Weights">The networks.</param>
/// <param name="Latent">Z, row-major [n, d].</param>
/// <param name="Completed">X with the missing cells at their MAP values, standardised, levels by number, row-major [n, p].</param>
/// <param name="Summary">What was done.</param>
public sealed record FitResult(MissBgmWeights Weights, float[] Latent, float[] Completed, TrainingSummary Summary)
{
    /// <summary>
    /// The networks as they are trained: what <see cref="MissBgmFit.Adapt"/> begins with; a bundle keeps them as
    /// <see cref="MissBgmFit.NetworksFileName"/>.
    /// </summary>
    public required byte[] Networks { get; init; }

    /// <summary>
    /// Draws of Bayesian networks' weights from their variational posterior, of which <see cref="Weights"/> are the means; empty for point
    /// weights.
    /// </summary>
    public IReadOnlyList<MissBgmWeights> WeightDraws { get; init; } = [];
}
