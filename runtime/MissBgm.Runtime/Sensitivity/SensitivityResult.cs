using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>A quantity at one value of the parameter, pooled over the completed tables.</summary>
/// <param name="Quantity">What it is, in the grammar of <see cref="Statistic"/>.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="Lower">Lower end of its interval; NaN where no standard error is known.</param>
/// <param name="Upper">Upper end.</param>
public readonly record struct SensitivityEstimate(string Quantity, double Estimate, double Lower, double Upper);

/// <summary>Everything at one value of the parameter.</summary>
/// <param name="Value">How far the parameter is from the fitted one.</param>
/// <param name="Columns">Of each column that is moved its mean, and its 5 %, 50 % and 95 % quantiles.</param>
/// <param name="Statistic">The statistic that is followed; null if none is.</param>
/// <param name="Holds">Whether the conclusion holds; null without one.</param>
public sealed record SensitivityPoint(double Value, IReadOnlyList<SensitivityEstimate> Columns, SensitivityEstimate? Statistic, bool? Holds);

/// <summary>How estimates move with what the data cannot tell.</summary>
public sealed record SensitivityResult
{
    /// <summary>What was moved.</summary>
    public required SensitivityParameter Parameter { get; init; }

    /// <summary>The columns in which it was.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What was found, by ascending value.</summary>
    public required IReadOnlyList<SensitivityPoint> Points { get; init; }

    /// <summary>The conclusion that was weighed; null for none.</summary>
    public Conclusion? Conclusion { get; init; }

    /// <summary>Where the conclusion begins or ceases to hold, interpolated between the values.</summary>
    public IReadOnlyList<double> TippingPoints { get; init; } = [];

    /// <summary>What was decided about the table's columns and cells, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The point as fitted.</summary>
    public SensitivityPoint Fitted => Points.Single(point => point.Value == 0);

    /// <summary>What became of the conclusion, in a sentence; null without one.</summary>
    public string? Verdict()
    {
        if (Conclusion is null) return null;
        var name = Parameter.ToString().ToLowerInvariant();
        var claim = $"{Fitted.Statistic!.Value.Quantity} {Conclusion}";
        var state = $"{claim} {(Fitted.Holds == true ? "holds" : "does not hold")} as fitted ({Fitted.Statistic.Value.Estimate:G5})";
        if (TippingPoints.Count == 0) return $"{state} and nowhere from {Points[0].Value:G4} to {Points[^1].Value:G4} of {name} does that change.";
        return $"{state}. It tips where {name} is moved by {string.Join(" and by ", TippingPoints.Select(tip => $"{tip:+0.###;-0.###;0}"))}.";
    }

    /// <summary>
    /// Writes a line for each value and quantity: parameter,value,quantity,estimate,lower,upper,holds; empty where there is none.
    /// </summary>
    public void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("parameter,value,quantity,estimate,lower,upper,holds");
        foreach (var point in Points)
        {
            foreach (var estimate in point.Columns) Line(point, estimate, null);
            if (point.Statistic is { } statistic) Line(point, statistic, point.Holds);
        }

        void Line(SensitivityPoint point, SensitivityEstimate estimate, bool? holds) => writer.WriteLine(string.Join(
            ',', Parameter.ToString().ToLowerInvariant(), $"{point.Value:G9}", TableFormat.Default.Quote(estimate.Quantity),
            Number(estimate.Estimate), Number(estimate.Lower), Number(estimate.Upper),
            holds is { } h ? (h ? "yes" : "no") : ""));
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("G9");
}
