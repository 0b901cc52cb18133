using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// What is known of one missing cell, in the column's original units (the level's number in a discrete column); NaN where it was not computed or has no
/// meaning: mean and standard deviation of levels, and an interval of levels without an order.
/// </summary>
/// <param name="Row">0-based data row.</param>
/// <param name="Column">0-based column of the table.</param>
/// <param name="Mean">Posterior mean.</param>
/// <param name="Sd">Posterior standard deviation.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Map">The value at the joint mode (maximum a posteriori).</param>
/// <param name="RHat">Rank-normalised split R-hat.</param>
/// <param name="Ess">Bulk effective sample size.</param>
/// <param name="TailEss">Tail effective sample size.</param>
public readonly record struct ImputedCell(
    int Row, int Column, double Mean, double Sd, double Lower, double Upper, double Map, double RHat, double Ess, double TailEss = double.NaN)
{
    /// <summary>In a discrete column, the probability of each level; null elsewhere, and where it was not computed.</summary>
    public IReadOnlyList<double>? Probabilities { get; init; }

    /// <summary>The value to fill in: the posterior mean, in a discrete column the most probable level; the mode where only it was computed.</summary>
    public double Value => Probabilities is { } probabilities ? MostProbable(probabilities) : double.IsNaN(Mean) ? Map : Mean;

    /// <summary>A cell of a column that was constant in training.</summary>
    internal static ImputedCell Constant(int row, int column, ColumnSchema schema)
    {
        var value = schema.Location;
        var (mean, sd) = schema.IsDiscrete ? (double.NaN, double.NaN) : (value, 0);
        return new ImputedCell(row, column, mean, sd, value, value, value, double.NaN, double.NaN)
        {
            Probabilities = schema.Levels?.Select((_, level) => level == value ? 1.0 : 0.0).ToArray(),
        };
    }

    private static int MostProbable(IReadOnlyList<double> probabilities)
    {
        var best = 0;
        for (var level = 1; level < probabilities.Count; level++)
        {
            if (probabilities[level] > probabilities[best]) best = level;
        }

        return best;
    }
}
