using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies.League;

/// <summary>The league's measures of a completed table.</summary>
/// <param name="Rmse">Root-mean-square error over hidden cells, in the table's own units.</param>
/// <param name="Mae">Mean absolute error over hidden cells, likewise.</param>
/// <param name="Energy">Energy statistic between the rows of the two tables.</param>
/// <param name="StandardisedEnergy">The same, both tables scaled by the complete one's means and standard deviations.</param>
internal sealed record CompletedScores(double Rmse, double Mae, double Energy, double StandardisedEnergy)
{
    /// <summary>The measures by the league's names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["rmse", "mae", "energy", "energy_std"];

    /// <summary>The measures in the order of <see cref="Names"/>.</summary>
    public double[] Values => [Rmse, Mae, Energy, StandardisedEnergy];

    /// <summary>Means over several tables.</summary>
    public static CompletedScores Average(IReadOnlyCollection<CompletedScores> scores) =>
        new(scores.Average(s => s.Rmse), scores.Average(s => s.Mae), scores.Average(s => s.Energy), scores.Average(s => s.StandardisedEnergy));
}

/// <summary>Scores completed tables against the complete one.</summary>
internal sealed class CompletedScorer
{
    private readonly Matrix<double> _complete;
    private readonly Matrix<double> _standardised;
    private readonly int[] _hidden;
    private readonly double[] _means;
    private readonly double _within;
    private readonly double _standardisedWithin;

    /// <param name="complete">The complete table.</param>
    /// <param name="hidden">Its hidden cells, row-major.</param>
    public CompletedScorer(Matrix<double> complete, int[] hidden)
    {
        (_complete, _hidden) = (complete, hidden);
        _means = [.. Enumerable.Range(0, complete.Columns).Select(column => Column(column).Average())];
        Scales =
        [
            .. Enumerable.Range(0, complete.Columns)
                .Select(column => Math.Sqrt(Column(column).Sum(v => Math.Pow(v - _means[column], 2)) / (complete.Rows - 1))),
        ];
        _standardised = Standardise(complete);
        (_within, _standardisedWithin) = (Distances(_complete, _complete), Distances(_standardised, _standardised));
    }

    /// <summary>The complete table's standard deviations, divisor n - 1.</summary>
    public double[] Scales { get; }

    /// <summary>Scores one completed table.</summary>
    public CompletedScores Score(Matrix<double> completed)
    {
        var errors = _hidden.Select(cell => completed.Values[cell] - _complete.Values[cell]).ToArray();
        return new CompletedScores(
            Math.Sqrt(errors.Average(e => e * e)), errors.Average(Math.Abs), Energy(completed, _complete, _within),
            Energy(Standardise(completed), _standardised, _standardisedWithin));
    }

    /// <summary>The share of the squared error, in the columns' standard deviations, that the worst hundredth of the hidden cells carry.</summary>
    public double WorstShare(Matrix<double> completed)
    {
        var squares = _hidden.Select(cell => Math.Pow((completed.Values[cell] - _complete.Values[cell]) / Scales[cell % _complete.Columns], 2))
            .OrderDescending().ToArray();
        return squares.Take((int)Math.Ceiling(squares.Length / 100.0)).Sum() / squares.Sum();
    }

    // n m / (n + m) (2 E|X - Y| - E|X - X'| - E|Y - Y'|); both tables have n rows.
    private static double Energy(Matrix<double> x, Matrix<double> y, double within) => x.Rows / 2.0 * (2 * Distances(x, y) - Distances(x, x) - within);

    // The mean distance of all pairs of rows.
    private static double Distances(Matrix<double> x, Matrix<double> y)
    {
        var total = 0.0;
        for (var i = 0; i < x.Rows; i++)
        {
            var row = x.Values.AsSpan(i * x.Columns, x.Columns);
            for (var k = 0; k < y.Rows; k++)
            {
                var other = y.Values.AsSpan(k * x.Columns, x.Columns);
                var square = 0.0;
                for (var j = 0; j < row.Length; j++) square += (row[j] - other[j]) * (row[j] - other[j]);
                total += Math.Sqrt(square);
            }
        }

        return total / x.Rows / y.Rows;
    }

    private Matrix<double> Standardise(Matrix<double> table)
    {
        var scaled = new Matrix<double>(table.Rows, table.Columns);
        for (var cell = 0; cell < scaled.Values.Length; cell++)
        {
            scaled.Values[cell] = (table.Values[cell] - _means[cell % table.Columns]) / Scales[cell % table.Columns];
        }
        return scaled;
    }

    private IEnumerable<double> Column(int column) => Enumerable.Range(0, _complete.Rows).Select(row => _complete[row, column]);
}
