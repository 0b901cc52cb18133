using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>What the E-step gathers of one component, its mean taken off.</summary>
/// <param name="Count">Sum of responsibilities.</param>
/// <param name="Sum">Sum of weighted deviations, [S].</param>
/// <param name="Squares">Sum of weighted E[dev dev'], [p, S].</param>
internal readonly record struct ComponentStatistics(double Count, ReadOnlyMemory<double> Sum, ReadOnlyMemory<double> Squares);

/// <summary>The E-step of a Gaussian mixture on incomplete rows.</summary>
internal static class MixtureExpectation
{
    /// <summary>One pass over the rows: the components' statistics, and the log-likelihood of the table.</summary>
    public static (ComponentStatistics[] Statistics, double LogLikelihood) Run(MaskedMatrix data, GaussianComponent[] components, SelfMask mask, int threads)
    {
        var (p, stride, each) = (data.Columns, data.Stride, 1 + (data.Columns + 1) * data.Stride);
        var size = RowBlocks.Size(data.Rows, 64);
        var partials = new double[RowBlocks.Count(data.Rows, size)][];
        var patterns = new PatternConditionals(components, data.Patterns);
        RowBlocks.Run(data.Rows, size, threads, () => new RowMixture(data, components, patterns), (row, block, start, end) =>
        {
            var sums = partials[block] = new double[components.Length * each + 1];
            for (var i = start; i < end; i++)
            {
                sums[^1] += data.Weights[i] * row.Condition(i, mask);
                for (var k = 0; k < components.Length; k++)
                {
                    Accumulate(row.Conditionals[k], data.Weights[i] * row.Responsibilities[k], p, stride, sums.AsSpan(k * each, each));
                }
            }
        });
        var total = RowBlocks.Sum(partials);
        var statistics = Enumerable.Range(0, components.Length).Select(k => new ComponentStatistics(
            total[k * each], total.AsMemory(k * each + 1, stride), total.AsMemory(k * each + 1 + stride, p * stride)));
        return ([.. statistics], total[^1]);
    }

    private static void Accumulate(RowConditional conditional, double weight, int p, int stride, Span<double> sums)
    {
        if (weight < 1e-10) return;
        sums[0] += weight;
        var deviation = conditional.Deviation;
        MaskedMatrix.AddScaled(deviation, weight, sums.Slice(1, stride));
        var squares = sums[(1 + stride)..];
        for (var i = 0; i < p; i++) MaskedMatrix.AddScaled(deviation, weight * deviation[i], squares.Slice(i * stride, stride));
        var missing = conditional.MissingColumns;
        var covariance = conditional.Covariance;
        for (var a = 0; a < missing.Length; a++)
        {
            MaskedMatrix.AddScaled(covariance.Slice(a * stride, stride), weight, squares.Slice(missing[a] * stride, stride));
        }
    }
}
