using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Marginals;

/// <summary>What a column of numbers is modelled as.</summary>
public enum MarginalScale
{
    /// <summary>The standardised value itself.</summary>
    Raw,

    /// <summary>
    /// The normal score of the value's rank, as in Gaussian copulas (Zhao and Udell, "Missing value imputation for mixed data via Gaussian
    /// copula", KDD 2020).
    /// </summary>
    Normal,
}

/// <summary>A value that more than its share of a column's cells have, such as a zero, a ceiling or a code.</summary>
/// <param name="Value">The value, in original units.</param>
/// <param name="Score">Where observed cells of it stand in the Gaussian column.</param>
/// <param name="From">A draw of the Gaussian column above this cut-point is the value; null for no cut-point below.</param>
/// <param name="To">A draw up to this cut-point is the value; null for no cut-point above.</param>
public sealed record MarginalAtom(double Value, double Score, double? From, double? To);

/// <summary>
/// Beyond an end of the observed values draws go on for the length of <c>Scale</c> and slow down after it: a value lies <c>Scale * u</c>
/// beyond the end, or <c>Scale * (1 + ln u)</c> where u is above 1, with u = <c>Slope * e / Scale</c> and e how far the Gaussian column
/// lies beyond its last knot.
/// </summary>
/// <param name="Slope">Original units for a unit of the Gaussian column at the end.</param>
/// <param name="Scale">Mean excess of the observed values over their 90 % quantile (below the 10 % quantile at the lower end), in original
/// units.</param>
public sealed record MarginalTail(double Slope, double Scale)
{
    /// <summary>How far beyond the end a value lies.</summary>
    internal double Beyond(double excess) => Slope * excess <= Scale ? Slope * excess : Scale * (1 + Math.Log(Slope * excess / Scale));
}

/// <summary>
/// The monotone map between a column of numbers and its Gaussian column: atoms are intervals between cut-points, as the levels of an
/// ordinal column are; between them values follow a piecewise linear curve through knots; beyond an end there is a fitted tail, or none
/// where the end is an atom or a bound.
/// </summary>
public sealed record ColumnMarginal
{
    // Values come back from float32 standardised ones.
    private const double Slack = 1e-5;

    /// <summary>What the Gaussian column is.</summary>
    public required MarginalScale Scale { get; init; }

    /// <summary>The knots' places in the Gaussian column, ascending; empty where all values are atoms.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>Their values, ascending, in original units.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>The atoms, ascending.</summary>
    public required IReadOnlyList<MarginalAtom> Atoms { get; init; }

    /// <summary>Below the smallest value; null for nothing there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MarginalTail? LowerTail { get; init; }

    /// <summary>Above the largest value; null for nothing there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MarginalTail? UpperTail { get; init; }

    /// <summary>
    /// On the raw scale, how far from the centre an observed value counts, in standard deviations: one further out tells of its row what one there
    /// would; null for no limit.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Limit { get; init; }

    /// <summary>A bound that the values seem to have by nature, such as 0; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NaturalMinimum { get; init; }

    /// <summary>Likewise, such as the 1 of proportions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NaturalMaximum { get; init; }

    /// <summary>Why this map; null where there was nothing to choose by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MarginalEvidence? Evidence { get; init; }

    /// <summary>A value as the Gaussian column has it.</summary>
    /// <param name="value">In original units.</param>
    /// <param name="standardised">The same, standardised.</param>
    internal double Encode(double value, double standardised)
    {
        if (Scale == MarginalScale.Raw) return Limit is { } limit ? Math.Clamp(standardised, -limit, limit) : standardised;
        var scale = ValueScale;
        if (Atoms.Count > 0 && NearestAtom(value) is var near && (Scores.Count == 0 || Math.Abs(near.Value - value) <= Slack * scale)) return near.Score;
        if (value < Values[0]) return Scores[0] - (LowerTail is { } lower ? Math.Min((Values[0] - value) / lower.Slope, 3) : 0);
        if (value > Values[^1]) return Scores[^1] + (UpperTail is { } upper ? Math.Min((value - Values[^1]) / upper.Slope, 3) : 0);
        return Interpolate(Values, Scores, value);
    }

    /// <summary>The value, in original units, that a draw of the Gaussian column is.</summary>
    internal double Decode(double score)
    {
        if (AtomAt(score) is { } atom) return atom.Value;

        // All values are atoms, and their intervals leave no room.
        if (Scores.Count == 0) return Atoms.MinBy(atom => Math.Abs(atom.Score - score))!.Value;
        var value = score <= Scores[0] ? Values[0] - (LowerTail?.Beyond(Scores[0] - score) ?? 0)
            : score >= Scores[^1] ? Values[^1] + (UpperTail?.Beyond(score - Scores[^1]) ?? 0)
            : Interpolate(Scores, Values, score);
        return Clamp(value);
    }

    /// <summary>The value of the column nearest to one that rounding may have moved.</summary>
    internal double Snap(double value)
    {
        if (Atoms.Count > 0 && NearestAtom(value) is var near && Math.Abs(near.Value - value) <= Slack * ValueScale) return near.Value;
        return Clamp(value);
    }

    /// <summary>How far a value may lie from an atom and still be one that rounding has moved.</summary>
    internal double AtomTolerance => Slack * ValueScale;

    private double ValueScale
    {
        get
        {
            var (first, last) = (Values.Count > 0 ? Values[0] : Atoms[0].Value, Values.Count > 0 ? Values[^1] : Atoms[^1].Value);
            if (Atoms.Count > 0) (first, last) = (Math.Min(first, Atoms[0].Value), Math.Max(last, Atoms[^1].Value));
            return last - first;
        }
    }

    private double Clamp(double value) => Math.Min(Math.Max(value, NaturalMinimum ?? double.NegativeInfinity), NaturalMaximum ?? double.PositiveInfinity);

    // The last atom whose cut-point is below the score, if the score is within its interval.
    private MarginalAtom? AtomAt(double score)
    {
        var (low, high) = (0, Atoms.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (score <= Atoms[middle].From) high = middle;
            else low = middle + 1;
        }

        return low == 0 || score > Atoms[low - 1].To ? null : Atoms[low - 1];
    }

    private MarginalAtom NearestAtom(double value)
    {
        var (low, high) = (0, Atoms.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Atoms[middle].Value < value) low = middle + 1;
            else high = middle;
        }

        return low > 0 && value - Atoms[low - 1].Value < Atoms[low].Value - value ? Atoms[low - 1] : Atoms[low];
    }

    private static double Interpolate(IReadOnlyList<double> from, IReadOnlyList<double> to, double at)
    {
        var (low, high) = (0, from.Count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (from[middle] <= at) low = middle;
            else high = middle;
        }

        var width = from[high] - from[low];
        return width == 0 ? to[low] : to[low] + (at - from[low]) / width * (to[high] - to[low]);
    }
}

/// <summary>
/// How well maps did on observed cells that were hidden from trial fits: mean CRPS of their draws, in standard deviations of the column.
/// </summary>
/// <param name="HiddenCells">How many there were.</param>
/// <param name="Identity">Of draws as the model has them.</param>
/// <param name="Support">Of draws led to the column's atoms and bounds, the model on the raw scale.</param>
/// <param name="Normal">Of draws of a model on the scale of normal scores; null where that was not tried.</param>
public sealed record MarginalEvidence(int HiddenCells, double Identity, double Support, double? Normal);
