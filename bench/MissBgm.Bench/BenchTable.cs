using MissBgm.Bench.Data;
using MissBgm.Bench.Imputers;
using MissBgm.Bench.Results;
using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Bench;

/// <summary>A table or figure to reproduce: methods on datasets.</summary>
/// <param name="Name">Its name on the command line and of its files.</param>
/// <param name="Title">Its title in the report.</param>
/// <param name="Datasets">Its rows.</param>
/// <param name="Imputers">Its methods.</param>
/// <param name="Metrics">What is reported; several for a single dataset.</param>
/// <param name="Axis">What a numeric axis shows; null where the datasets are categories.</param>
/// <param name="Logarithmic">Whether the plot's axes are logarithmic.</param>
public sealed record BenchTable(
    string Name,
    string Title,
    IReadOnlyList<DatasetSource> Datasets,
    IReadOnlyList<IImputer> Imputers,
    IReadOnlyList<Metric> Metrics,
    string? Axis = null,
    bool Logarithmic = false)
{
    private static readonly IImputer[] Peers = [new ColumnMean(), PeerProcess.Knn, PeerProcess.Iterative, PeerProcess.Mice];
    private static readonly PaperMissBgm Paper = new("missbgm", "MissBGM");
    private static readonly PaperMissBgm Defaults = new("missbgm-defaults", "MissBGM, our defaults", _ => new PaperConfig());
    private static readonly PaperMissBgm EarlyStopping = new(
        "missbgm-early", "MissBGM, our defaults and early stopping", _ => new PaperConfig { EarlyStopping = new EarlyStoppingConfig { Enabled = true } });

    private static readonly CollapsedMissBgm Auto = new("missbgm-auto", "collapsed, mechanism auto", "auto");
    private static readonly CollapsedMissBgm Ignorable = new("missbgm-ignorable", "collapsed, mechanism ignorable", "ignorable");
    private static readonly NotMiwae NotMiwae = new();
    private static readonly DatasetSource[] RealTables = [DatasetSource.Real("wine"), DatasetSource.Real("breast"), DatasetSource.Real("concrete")];

    /// <summary>All that can be reproduced.</summary>
    public static IReadOnlyList<BenchTable> All { get; } =
    [
        new(
            "table1", "MissBGM Table 1: RMSE on the synthetic benchmark",
            [.. from n in new[] { 500, 1000, 5000, 10_000 } from r in new[] { 30, 50, 70 } select DatasetSource.Synthetic(n, 50, r)],
            [Paper, Auto, NotMiwae, .. Peers, new Oracle()], [Metric.Rmse]),
        new(
            "table2", "MissBGM Table 2: uncertainty on the synthetic benchmark (n 5000, p 50, r 0.2; the oracle's mean width is 1.539)",
            [DatasetSource.Synthetic(5000, 50, 20)],
            [
                new SampledMissBgm("missbgm-gibbs", "MissBGM, the paper's sampler", SamplerKind.Paper),
                new SampledMissBgm("missbgm-joint", "MissBGM, joint HMC", SamplerKind.Joint),
                Auto,
                PeerProcess.IterativeDraws,
                PeerProcess.MiceDraws,
                new Oracle(),
            ],
            [Metric.Rmse, Metric.SdRmse, Metric.SdRmseUncut, Metric.Width, Metric.Pearson, Metric.Spearman, Metric.Coverage]),
        new(
            "table3", "MissBGM Table 3: RMSE on real tables, 20 % hidden by Eq. 67", RealTables,
            [Paper, Defaults, EarlyStopping, Auto, Ignorable, NotMiwae, .. Peers], [Metric.Rmse]),
        new(
            "table4", "MissBGM Table 4: the tempering coefficient beta",
            RealTables,
            [Paper, Beta(0), Beta(0.1), Beta(1)], [Metric.Rmse]),
        new(
            "table7", "MissBGM Table 7: Bayesian networks (p 50, r 0.3)",
            [.. new[] { 500, 1000, 5000, 10_000 }.Select(n => DatasetSource.Synthetic(n, 50, 30))],
            [Paper, new PaperMissBgm("missbgm-bnn", "MissBGM, Bayesian networks", config => config with { UseBnn = true })], [Metric.Rmse]),
        new(
            "figure2a", "MissBGM Figure 2(a): RMSE against the number of columns (n 5000, r 0.2)",
            [.. new[] { 20, 50, 100, 200, 300 }.Select(p => DatasetSource.Synthetic(5000, p, 20, p))], [Paper, Auto, .. Peers], [Metric.Rmse], "columns p"),
        new(
            "figure2b", "MissBGM Figure 2(b): RMSE against the missing rate (n 5000, p 50)",
            [.. new[] { 10, 20, 30, 50, 70, 90 }.Select(r => DatasetSource.Synthetic(5000, 50, r, r / 100.0))], [Paper, Auto, .. Peers],
            [Metric.Rmse], "missing rate r"),
        new(
            "speed-fit",
            "Seconds of processor time of a whole fit, one thread (n 5000, r 0.2; 50 epochs are the paper's for its synthetic "
            + "tables, 200 its default)",
            [DatasetSource.Synthetic(5000, 50, 20, 50), DatasetSource.Synthetic(5000, 200, 20, 200)],
            [Paper, new PaperMissBgm("missbgm-200", "MissBGM, 200 epochs", config => config with { Epochs = 200 })], [Metric.Seconds], "columns p"),
        new(
            "speed-rows", "Cost of an epoch against the number of rows (p 50, r 0.3)",
            [.. new[] { 500, 1000, 2000, 5000, 10_000 }.Select(n => DatasetSource.Synthetic(n, 50, 30, n))], [new EpochCost()],
            [Metric.Seconds], "rows n", Logarithmic: true),
        new(
            "speed-columns", "Cost of an epoch against the number of columns (n 1000, r 0.3)",
            [.. new[] { 20, 50, 100, 200, 500 }.Select(p => DatasetSource.Synthetic(1000, p, 30, p))], [new EpochCost()], [Metric.Seconds],
            "columns p", Logarithmic: true),
    ];

    private static PaperMissBgm Beta(double beta) => new($"missbgm-beta{beta}", $"MissBGM beta {beta}", config => config with { Beta = beta });
}
