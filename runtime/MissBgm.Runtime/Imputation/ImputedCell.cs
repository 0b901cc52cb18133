using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// What is known of one missing cell, in the column's original units (the level's number in a discrete column); NaN where it was not computed or has no
/// meaning: mean and standard deviation of levels, and an interval of levels without an order. What the file of cells has of a cell is said here too.
/// </summary>
/// <param name="Row">0-based data row.</param>
/// <param name="Column">0-based column of the table.</param>
public readonly record struct ImputedCell(int Row, int Column)
{
    /// <summary>Posterior mean.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Posterior standard deviation.</summary>
    public double Sd { get; init; } = double.NaN;

    /// <summary>Lower end of the interval.</summary>
    public double Lower { get; init; } = double.NaN;

    /// <summary>Upper end of the interval.</summary>
    public double Upper { get; init; } = double.NaN;

    /// <summary>The value at the joint mode (maximum a posteriori).</summary>
    public double Map { get; init; } = double.NaN;

    /// <summary>Rank-normalised split R-hat.</summary>
    public double RHat { get; init; } = double.NaN;

    /// <summary>Bulk effective sample size.</summary>
    public double Ess { get; init; } = double.NaN;

    /// <summary>Tail effective sample size.</summary>
    public double TailEss { get; init; } = double.NaN;

    /// <summary>In a discrete column, the probability of each level; null elsewhere, and where it was not computed.</summary>
    public IReadOnlyList<double>? Probabilities { get; init; }

    /// <summary>Why the cell is less certain than it looks; empty if nothing is known against it.</summary>
    public string Note { get; init; } = "";

    /// <summary>The value to fill in: the posterior mean, in a discrete column the most probable level; the mode where only it was computed.</summary>
    public double Value => Probabilities is { } probabilities ? MostProbable(probabilities) : double.IsNaN(Mean) ? Map : Mean;

    /// <summary>What the file of cells has of each cell, after its row and column.</summary>
    internal static IReadOnlyList<CellField> Fields { get; } =
    [
        new("mean", (cell, column) => CellField.Number(cell.Mean, column)),
        new("sd", (cell, column) => CellField.Difference(cell.Sd, column)),
        new("lower", (cell, column) => CellField.Value(cell.Lower, column)),
        new("upper", (cell, column) => CellField.Value(cell.Upper, column)),
        new("map", (cell, column) => CellField.Value(cell.Map, column)),
        new("rhat", (cell, _) => CellField.Plain(cell.RHat, "0.####")),
        new("ess", (cell, _) => CellField.Plain(cell.Ess, "0.#")),
        new("level", (cell, column) => column.IsDiscrete ? CellField.Value(cell.Value, column) : "", OfLevels: true),
        new("probabilities", (cell, column) => CellField.Shares(cell.Probabilities, column), OfLevels: true),
    ];

    /// <summary>Sums up what a model says of a cell.</summary>
    /// <param name="posterior">What it says; its draws are left in another order.</param>
    /// <param name="column">The table's column.</param>
    /// <param name="schema">What the column's values are.</param>
    /// <param name="alpha">The interval covers 1 - alpha.</param>
    internal static ImputedCell Of(CellPosterior posterior, int column, ColumnSchema schema, double alpha)
    {
        var cell = new ImputedCell(posterior.Row, column)
        {
            Map = posterior.Mode,
            RHat = posterior.Convergence.RHat,
            Ess = posterior.Convergence.BulkEss,
            TailEss = posterior.Convergence.TailEss,
        };
        var draws = posterior.Draws;
        if (draws.Length == 0) return cell;
        if (schema.IsDiscrete)
        {
            cell = cell with { Probabilities = Shares(draws, schema.Levels!.Count) };
        }
        else
        {
            // Moments known better than from the draws are of what is not yet rounded or bounded.
            var (mean, sd) = (schema.IsRestricted ? null : posterior.Moments) ?? Moments(draws);
            cell = cell with { Mean = mean, Sd = sd };
        }

        if (schema.IsDiscrete && schema.Type != ColumnType.Ordinal) return cell;
        Array.Sort(draws);
        var (lower, upper) = (schema.Nearest(Quantile.OfSorted<double>(draws, alpha / 2)), schema.Nearest(Quantile.OfSorted<double>(draws, 1 - alpha / 2)));
        if (schema.IsDiscrete) return cell with { Lower = lower, Upper = upper };
        // A mean that few large draws pull out of the interval takes the interval with it: it then covers more, never less.
        var (least, most) = schema.Type == ColumnType.Integer ? (Math.Floor(cell.Mean), Math.Ceiling(cell.Mean)) : (cell.Mean, cell.Mean);
        return cell with { Lower = Math.Min(lower, least), Upper = Math.Max(upper, most) };
    }

    /// <summary>Checks that what will be written is a finite number, and the mean within its interval.</summary>
    /// <param name="drawn">Whether the cell was drawn; else it has a mode alone.</param>
    /// <param name="rowOffset">What is added to the row in messages.</param>
    /// <param name="schema">What the column's values are.</param>
    /// <exception cref="NumericalException">It is not.</exception>
    internal void RequireSound(bool drawn, int rowOffset, ColumnSchema schema)
    {
        // What was not computed is NaN and is left out of the files.
        var sound = Probabilities is { } shares
            ? double.IsFinite(shares.Sum())
            : !drawn || (double.IsFinite(Lower) && Lower <= Mean && Mean <= Upper && double.IsFinite(Upper));
        if (sound && (drawn || double.IsFinite(Map)) && !double.IsInfinity(Sd) && !double.IsInfinity(Map)) return;
        throw new NumericalException(
            $"Data row {Row + rowOffset}, column '{schema.Name}': mean {Mean}, standard deviation {Sd}, interval {Lower} to "
            + $"{Upper}, mode {Map}. Values so large leave double precision; rescale the column and fit again.");
    }

    /// <summary>A cell of a column that was constant in training.</summary>
    internal static ImputedCell Constant(int row, int column, ColumnSchema schema)
    {
        var value = schema.Location;
        var (mean, sd) = schema.IsDiscrete ? (double.NaN, double.NaN) : (value, 0);
        return new ImputedCell(row, column)
        {
            Mean = mean,
            Sd = sd,
            Lower = value,
            Upper = value,
            Map = value,
            Probabilities = schema.Levels?.Select((_, level) => level == value ? 1.0 : 0.0).ToArray(),
        };
    }

    private static (double Mean, double Sd) Moments(double[] draws)
    {
        var mean = draws.Average();
        return (mean, draws.Length == 1 ? double.NaN : Math.Sqrt(draws.Sum(x => (x - mean) * (x - mean)) / (draws.Length - 1)));
    }

    private static double[] Shares(double[] draws, int levels)
    {
        var counts = new double[levels];
        foreach (var draw in draws) counts[(int)draw]++;
        return Array.ConvertAll(counts, count => count / draws.Length);
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
