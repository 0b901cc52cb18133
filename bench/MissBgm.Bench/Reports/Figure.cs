namespace MissBgm.Bench.Reports;

/// <summary>A figure of a report: a mean over runs, here or in the paper.</summary>
/// <param name="Value">Mean.</param>
/// <param name="Sd">Standard deviation over runs; null where there is one run or none is printed.</param>
/// <param name="Runs">Number of runs; 0 for a published figure.</param>
internal sealed record Figure(double Value, double? Sd, int Runs)
{
    /// <summary>Mean and standard deviation of some runs; null where there are none.</summary>
    public static Figure? Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return null;
        var mean = values.Average();
        return new Figure(mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)), values.Count);
    }

    /// <summary>"1.599 (0.010)".</summary>
    public override string ToString() => Sd is { } sd ? $"{Value:F3} ({sd:F3})" : $"{Value:F3}";
}
