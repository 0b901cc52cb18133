using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// The contest held on simulated masks: the table is completed by draws from the factor model, masks are drawn anew by known rules, and the verdicts tell how
/// often a rule that ignores the own values would have passed for one that does not, and how often a real one would have been seen.
/// </summary>
/// <param name="data">The table.</param>
/// <param name="model">A factor model with the posterior of its rows.</param>
/// <param name="allowed">Whether a column's mask may follow its own value.</param>
/// <param name="seed">Seed of the draws.</param>
/// <param name="threads">Threads; results do not depend on it.</param>
/// <param name="cancel">Ends it between two tables.</param>
internal sealed class MaskSimulation(
    MaskedMatrix data, FactorModel model, Func<int, bool> allowed, ulong seed, int threads, CancellationToken cancel = default)
{
    private readonly Philox _random = new(seed);

    /// <summary>
    /// log Bayes factors when every mask follows the best of the ignorable rules: an anchor or the sum as fitted; a combination of the
    /// fitted strength, but its coefficients in random order and of random signs, since one fitted to self-masked columns is the prediction
    /// of their own values, which no rule of others has reason to be.
    /// </summary>
    /// <param name="contest">The contest on the table.</param>
    /// <param name="tables">How many.</param>
    public double[] Null(MaskContest contest, int tables) =>
        Run(tables, (table, complete) => contest.Columns.Select(verdict => (verdict.Contest.Column, Rivals(verdict, table, complete))));

    /// <summary>log Bayes factors when every mask follows its own value by a slope.</summary>
    public double[] SelfMasked(MaskContest contest, double slope, int tables) => Run(tables, (_, complete) => contest.Columns.Select(verdict =>
        (verdict.Contest.Column, Array.ConvertAll(Standardised(complete, verdict.Contest.Column), x => slope * x))));

    private double[] Run(int tables, Func<int, double[], IEnumerable<(int Column, double[] Index)>> rules) => [.. Enumerable.Range(0, tables).Select(table =>
    {
        cancel.ThrowIfCancellationRequested();
        var complete = Complete(table);
        var masked = data.WithMask(complete, Masks(table, rules(table, complete)));
        var posterior = FactorExpectation.Run(masked, model, threads, keepPosterior: true);
        return MaskContest.Run(
            masked, model with { LatentMean = posterior.LatentMean, LatentCovariance = posterior.LatentCovariance }, allowed,
            threads).LogBayesFactor;
    })];

    // A draw of the table: z from its posterior, then the missing cells; [n, S].
    private double[] Complete(int table)
    {
        var (d, stride) = (model.Dimension, data.Stride);
        var complete = (double[])data.Values.Clone();
        var (normals, factor, z) = (new float[d + data.Columns], new double[d * d], new double[d]);
        for (var i = 0; i < data.Rows; i++)
        {
            _random.Normals(normals, RandomPurpose.MaskSimulation, 0, i, table);
            model.LatentCovariance.AsSpan(i * d * d, d * d).CopyTo(factor);
            Cholesky.Factor(factor, d);
            for (var k = 0; k < d; k++)
            {
                z[k] = model.LatentMean[i * d + k];
                for (var l = 0; l <= k; l++) z[k] += factor[k * d + l] * normals[l];
            }

            for (var j = 0; j < data.Columns; j++)
            {
                if (data.Observed[i * stride + j] == 1.0) continue;
                var value = model.Intercept[j] + Math.Sqrt(model.Variance[j]) * normals[d + j];
                for (var k = 0; k < d; k++) value += z[k] * model.Loadings[k * stride + j];
                complete[i * stride + j] = value;
            }
        }

        return complete;
    }

    // Columns without a rule are masked as they are.
    private double[] Masks(int table, IEnumerable<(int Column, double[] Index)> rules)
    {
        var (observed, counts) = ((double[])data.Observed.Clone(), data.ObservedCounts());
        var uniforms = new float[data.Columns];
        var all = rules.Select(rule => (rule.Column, rule.Index, Intercept: Intercept(rule.Index, counts[rule.Column] / (double)data.Rows))).ToArray();
        for (var i = 0; i < data.Rows; i++)
        {
            _random.Uniforms(uniforms, RandomPurpose.MaskSimulation, 1, i, table);
            foreach (var (column, index, intercept) in all)
            {
                observed[i * data.Stride + column] = uniforms[column] < StandardNormal.Cdf(intercept + index[i]) ? 1.0 : 0.0;
            }
        }

        return observed;
    }

    private double[] Rivals(ColumnVerdict verdict, int table, double[] complete)
    {
        var contest = verdict.Contest;
        return verdict.Rule switch
        {
            MaskRule.Anchor => Array.ConvertAll(Standardised(complete, contest.BestAnchor), x => contest.AnchorFit.Shrunk(0.0, 1.0) * x),
            MaskRule.Sum => Array.ConvertAll(Standardised(SumOfOthers(complete, contest.Column)), x => contest.Sum.Shrunk(0.0, 1.0) * x),
            MaskRule.Combination => Combination(contest, table, complete),
            _ => new double[data.Rows],
        };
    }

    private double[] Combination(ColumnContest contest, int table, double[] complete)
    {
        var (index, signs) = (new double[data.Rows], new float[contest.Combined.Length]);
        _random.Uniforms(signs, RandomPurpose.MaskSimulation, 2, contest.Column, table);
        var order = _random.Permutation(signs.Length, RandomPurpose.MaskSimulation, (long)table * data.Columns + contest.Column);
        for (var c = 0; c < contest.Combined.Length; c++)
        {
            var column = Standardised(complete, contest.Combined[c]);
            var coefficient = contest.Combination.Coefficients[order[c] + 1] * (signs[c] < 0.5f ? -1.0 : 1.0);
            for (var i = 0; i < index.Length; i++) index[i] += coefficient * column[i];
        }

        return index;
    }

    private double[] SumOfOthers(double[] complete, int column)
    {
        var sum = new double[data.Rows];
        for (var i = 0; i < sum.Length; i++)
        {
            for (var j = 0; j < data.Columns; j++) sum[i] += j == column ? 0.0 : complete[i * data.Stride + j];
        }

        return sum;
    }

    private double[] Standardised(double[] complete, int column) =>
        Standardised([.. Enumerable.Range(0, data.Rows).Select(i => complete[i * data.Stride + column])]);

    private static double[] Standardised(double[] values)
    {
        var mean = values.Average();
        var scale = Math.Sqrt(values.Average(x => (x - mean) * (x - mean)) + 1e-12);
        return Array.ConvertAll(values, x => (x - mean) / scale);
    }

    // The mean chance of being observed is the share that is.
    private static double Intercept(double[] index, double share)
    {
        var (low, high) = (-20.0, 20.0);
        for (var step = 0; step < 40; step++)
        {
            var middle = 0.5 * (low + high);
            if (index.Average(x => StandardNormal.Cdf(middle + x)) < share) low = middle;
            else high = middle;
        }

        return 0.5 * (low + high);
    }
}
