using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>What the posterior says of every missing cell, row-major [n, S]; 0 where observed.</summary>
/// <param name="Mean">Posterior mean, Rao-Blackwellised over z.</param>
/// <param name="StandardDeviation">Posterior standard deviation, likewise.</param>
/// <param name="Lower">Lower quantile.</param>
/// <param name="Upper">Upper quantile.</param>
/// <param name="Acceptance">Share of accepted proposals.</param>
internal sealed record PosteriorSummary(double[] Mean, double[] StandardDeviation, double[] Lower, double[] Upper, double Acceptance);

/// <summary>
/// The posterior of the missing cells: z by independence Metropolis with the Laplace proposal, then each cell's law given z in closed form,
/// mean mu - sigma rho lambda(t), variance sigma^2 (1 - rho^2 lambda (lambda - t)), lambda = phi(t) / Phi(-t), and exact draws
/// u = rho delta + w xi with delta = Phi^-1(U Phi(-t)).
/// </summary>
internal static class CollapsedPosterior
{
    /// <summary>Summarises every missing cell.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="model">Fitted model.</param>
    /// <param name="modes">Modes and precisions of z.</param>
    /// <param name="draws">Draws of z per row, a power of two.</param>
    /// <param name="alpha">Intervals cover 1 - alpha.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    public static PosteriorSummary Summarise(
        MaskedMatrix data, CollapsedModel model, LatentModes modes, int draws, double alpha, ulong seed, int threads)
    {
        var size = RowBlocks.Size(data.Rows, 16);
        var accepted = new long[RowBlocks.Count(data.Rows, size)];
        var summary = new PosteriorSummary(
            new double[data.Values.Length], new double[data.Values.Length], new double[data.Values.Length], new double[data.Values.Length], 0.0);
        var philox = new Philox(seed);
        RowBlocks.Run(data.Rows, size, threads, () => new RowPosterior(model, draws), (posterior, block, start, end) =>
        {
            for (var row = start; row < end; row++)
            {
                accepted[block] += posterior.Sample(data, modes, row, philox);
                posterior.Summarise(data.Mask(row), row, philox, alpha, summary);
            }
        });
        return summary with { Acceptance = accepted.Sum() / ((double)draws * data.Rows) };
    }
}
