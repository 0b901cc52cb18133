using MissBgm.Runtime;
using MissBgm.Runtime.Sensitivity;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Findings;

/// <summary>A quantity at one value of a sensitivity parameter.</summary>
/// <param name="Value">How far the parameter is moved from the fitted one.</param>
/// <param name="Quantity">Such as <c>mean(age)</c>.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="Lower">Lower end of its interval; NaN for none.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Holds">Whether the conclusion holds; null without one.</param>
public sealed record CurvePoint(double Value, string Quantity, double Estimate, double Lower, double Upper, bool? Holds);

/// <summary>How quantities move with a parameter that the data cannot tell.</summary>
/// <param name="Parameter">rho or delta.</param>
/// <param name="Points">All values and quantities.</param>
public sealed record SensitivityCurve(string Parameter, IReadOnlyList<CurvePoint> Points)
{
    private static readonly string[] Header = ["parameter", "value", "quantity", "estimate", "lower", "upper", "holds"];

    /// <summary>The conclusion's bound; null if it is not known, or there is none.</summary>
    public Conclusion? Conclusion { get; init; }

    /// <summary>Where the conclusion tips, as far as it is known.</summary>
    public IReadOnlyList<double> TippingPoints { get; init; } = [];

    /// <summary>The statistic that was followed; null if none was.</summary>
    public string? Statistic { get; init; }

    /// <summary>What is drawn: the statistic, else the columns' means.</summary>
    internal IReadOnlyList<string> Drawn =>
        Statistic is { } followed
            ? [followed]
            : [.. Points.Select(point => point.Quantity).Where(name => name.StartsWith("mean(", StringComparison.Ordinal)).Distinct()];

    /// <summary>Takes over an analysis.</summary>
    public static SensitivityCurve Of(SensitivityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var points =
            from point in result.Points
            from estimate in point.Columns.Select(column => (Estimate: column, Holds: (bool?)null))
                .Concat(point.Statistic is { } followed ? [(followed, point.Holds)] : [])
            select new CurvePoint(
                point.Value, estimate.Estimate.Quantity, estimate.Estimate.Estimate, estimate.Estimate.Lower, estimate.Estimate.Upper,
                estimate.Holds);
        return new SensitivityCurve(result.Parameter.ToString().ToLowerInvariant(), Once(points))
        {
            Conclusion = result.Conclusion,
            TippingPoints = result.TippingPoints,
            Statistic = result.Fitted.Statistic?.Quantity,
        };
    }

    /// <summary>Reads what <c>missbgm sensitivity --out</c> wrote.</summary>
    /// <exception cref="UserInputException">It is no such file.</exception>
    public static SensitivityCurve Read(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.Header.SequenceEqual(Header, StringComparer.Ordinal))
        {
            throw new UserInputException(
                $"{table.Source} has the columns {string.Join(", ", table.Header)}; it must be a file that missbgm sensitivity "
                + $"--out wrote ({string.Join(",", Header)}).");
        }
        double Number(int row, int column) => table.IsMissing(row, column) ? double.NaN : table.Number(row, column);
        CurvePoint[] points = [.. Enumerable.Range(0, table.Rows).Select(row => new CurvePoint(
            table.Number(row, 1), table.Text(row, 2), table.Number(row, 3), Number(row, 4), Number(row, 5),
            table.IsMissing(row, 6) ? null : table.Text(row, 6) == "yes"))];
        // Of a column there are the mean and three quantiles, in this order; whatever stands once more or apart was followed.
        var first = points.TakeWhile(point => point.Value == points[0].Value).ToArray();
        return new SensitivityCurve(table.Text(0, 0), Once(points)) { Statistic = first.Length % 4 == 1 ? first[^1].Quantity : null };
    }

    // A statistic that is a column's mean or quantile stands there twice.
    private static IReadOnlyList<CurvePoint> Once(IEnumerable<CurvePoint> points) =>
        [.. points.GroupBy(point => (point.Value, point.Quantity)).Select(group => group.Last())];
}
