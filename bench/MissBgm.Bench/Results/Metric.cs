namespace MissBgm.Bench.Results;

/// <summary>A measure.</summary>
/// <param name="Name">Its column in the results.</param>
/// <param name="Label">Its name in the reports.</param>
public sealed record Metric(string Name, string Label)
{
    public static Metric Rmse { get; } = new("rmse", "RMSE");

    public static Metric SdRmse { get; } = new("sd_rmse", "RMSE of s.d.");

    /// <summary>
    /// The same against sigma, the noise before the mask cuts it: what the paper's own figures agree with (bench/results/table2_note.md).
    /// </summary>
    public static Metric SdRmseUncut { get; } = new("sd_rmse_sigma", "RMSE of s.d. from sigma");

    public static Metric Width { get; } = new("width", "mean width");

    public static Metric Pearson { get; } = new("pcc", "PCC");

    public static Metric Spearman { get; } = new("scc", "SCC");

    public static Metric Coverage { get; } = new("coverage", "coverage");

    /// <summary>The processor time of a run.</summary>
    public static Metric Seconds { get; } = new("seconds", "seconds");

    /// <summary>The measures of an imputation's quality.</summary>
    public static IReadOnlyList<Metric> All { get; } = [Rmse, SdRmse, SdRmseUncut, Width, Pearson, Spearman, Coverage];
}
