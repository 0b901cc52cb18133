using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>Learns a column's map from its observed values.</summary>
internal static class MarginalLearning
{
    private const int MostKnots = 64;
    private const double TailShare = 0.1;

    // Where three normal values are expected beyond an end, one column in twenty has none.
    private const double MostBeyond = 3.0;

    /// <summary>A schema whose columns of numbers lead draws to their atoms and bounds.</summary>
    public static TableSchema Support(Table table, TableSchema schema)
    {
        var counts = ValueCounts.Of(table, schema);
        return schema.With([.. schema.Modelled.Select((column, c) => counts[c] is { } values ? column with { Marginal = Support(column, values) } : column)]);
    }

    /// <summary>
    /// The column as it is modelled without a map, its draws led to atoms and bounds: an atom's interval ends halfway to the values beside
    /// it.
    /// </summary>
    public static ColumnMarginal Support(ColumnSchema column, ValueCounts counts)
    {
        double Standard(double value) => (value - column.Location) / column.Scale;
        double? Between(int i) => i < 0 || i >= counts.Values.Length - 1 ? null : Standard((counts.Values[i] + counts.Values[i + 1]) / 2);
        var atoms = Enumerable.Range(0, counts.Values.Length).Where(i => counts.IsAtom[i])
            .Select(i => new MarginalAtom(counts.Values[i], Standard(counts.Values[i]), Between(i - 1), Between(i))).ToArray();
        var smooth = Enumerable.Range(0, counts.Values.Length).Where(i => !counts.IsAtom[i]).Select(i => counts.Values[i]).ToArray();
        double[] ends = smooth.Length == 0 ? [] : smooth.Length == 1 ? [smooth[0]] : [smooth[0], smooth[^1]];
        return Bounded(
            column, counts,
            new ColumnMarginal { Scale = MarginalScale.Raw, Scores = Array.ConvertAll(ends, Standard), Values = ends, Atoms = atoms },
            column.Scale, column.Scale);
    }

    /// <summary>
    /// Normal scores of ranks: an atom's interval ends at the normal quantiles of the shares below it and up to it, and its cells stand at
    /// the interval's mean.
    /// </summary>
    public static ColumnMarginal Normal(ColumnSchema column, ValueCounts counts)
    {
        var n = (double)counts.Total;
        double? Cut(int below) => below == 0 || below == counts.Total ? null : StandardNormal.Quantile(below / n);
        double Density(double? cut) => cut is { } at ? Math.Exp(-0.5 * at * at - StandardNormal.LogSqrtTwoPi) : 0;
        var atoms = new List<MarginalAtom>();
        var (scores, values) = (new List<double>(), new List<double>());
        for (var i = 0; i < counts.Values.Length; i++)
        {
            var (from, to) = (Cut(counts.Below[i]), Cut(counts.Below[i] + counts.Counts[i]));
            if (counts.IsAtom[i])
            {
                atoms.Add(new MarginalAtom(counts.Values[i], (Density(from) - Density(to)) * n / counts.Counts[i], from, to));
                continue;
            }

            // Next to an atom the curve reaches up to the cut-point.
            if (i > 0 && counts.IsAtom[i - 1]) Add(from!.Value, counts.Values[i]);
            Add(StandardNormal.Quantile((counts.Below[i] + 0.5 * counts.Counts[i]) / n), counts.Values[i]);
            if (i + 1 < counts.Values.Length && counts.IsAtom[i + 1]) Add(to!.Value, counts.Values[i]);
        }

        var (knotScores, knotValues) = Thin(scores, values);
        var (lower, upper) = knotScores.Length < 2
            ? (column.Scale, column.Scale)
            : (Slope(scores, values, fromEnd: false), Slope(scores, values, fromEnd: true));
        return Bounded(
            column, counts, new ColumnMarginal { Scale = MarginalScale.Normal, Scores = knotScores, Values = knotValues, Atoms = atoms },
            lower, upper);

        void Add(double score, double value)
        {
            scores.Add(score);
            values.Add(value);
        }
    }

    // Tails where an end is smooth; bounds that all values keep.
    private static ColumnMarginal Bounded(ColumnSchema column, ValueCounts counts, ColumnMarginal marginal, double lowerSlope, double upperSlope)
    {
        var (smallest, largest) = (counts.Values[0], counts.Values[^1]);
        double? minimum = column.LowerBound ?? (smallest >= 0 ? 0 : null);
        double? maximum = column.UpperBound ?? (largest <= 0 ? 0 : smallest >= 0 && largest <= 1 ? 1 : null);
        var (low, high) = (counts.Quantile(TailShare), counts.Quantile(1 - TailShare));
        var below = counts.Values.Zip(counts.Counts).Where(v => v.First < low).Select(v => (Excess: low - v.First, Count: v.Second)).ToArray();
        var above = counts.Values.Zip(counts.Counts).Where(v => v.First > high).Select(v => (Excess: v.First - high, Count: v.Second)).ToArray();
        double Mean((double Excess, int Count)[] excesses) => excesses.Sum(e => e.Excess * e.Count) / excesses.Sum(e => e.Count);

        // A column that ends as the normal law does goes on as it does: cells may be missing because other columns put them beyond.
        double Reach(double end, (double Excess, int Count)[] excesses) => marginal.Scale == MarginalScale.Raw
            && counts.Total * StandardNormal.Cdf(-Math.Abs(end - column.Location) / column.Scale) < MostBeyond ? double.MaxValue : Mean(excesses);
        return marginal with
        {
            NaturalMinimum = minimum,
            NaturalMaximum = maximum,
            LowerTail = counts.IsAtom[0] || below.Length == 0 || lowerSlope <= 0 ? null : new MarginalTail(lowerSlope, Reach(smallest, below)),
            UpperTail = counts.IsAtom[^1] || above.Length == 0 || upperSlope <= 0 ? null : new MarginalTail(upperSlope, Reach(largest, above)),
        };
    }

    // Units of value for a unit of score over the outer part of the knots.
    private static double Slope(List<double> scores, List<double> values, bool fromEnd)
    {
        var (end, last) = fromEnd ? (scores.Count - 1, scores[^1]) : (0, scores[0]);
        var inner = fromEnd ? scores.FindLastIndex(score => score <= last - 0.5) : scores.FindIndex(score => score >= last + 0.5);
        if (inner < 0) inner = fromEnd ? 0 : scores.Count - 1;
        return (values[end] - values[inner]) / (scores[end] - scores[inner]);
    }

    // Evenly over the scores; the ends stay, and the knots beside an atom.
    private static (double[] Scores, double[] Values) Thin(List<double> scores, List<double> values)
    {
        if (scores.Count <= MostKnots) return ([.. scores], [.. values]);
        var kept = Enumerable.Range(0, MostKnots)
            .Select(k => scores[0] + (scores[^1] - scores[0]) * k / (MostKnots - 1))
            .Select(at => scores.BinarySearch(at) is var found && found >= 0 ? found : Math.Min(~found, scores.Count - 1))
            .Concat(
                Enumerable.Range(0, scores.Count)
                    .Where(k => k == 0 || k == scores.Count - 1 || values[k] == values[k - 1] || values[k] == values[k + 1]))
                .Distinct()
                .Order()
                .ToArray();
        return ([.. kept.Select(k => scores[k])], [.. kept.Select(k => values[k])]);
    }
}
