using MissBgm.Bench.Data;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer;
using MissBgm.Trainer.Running;

namespace MissBgm.Bench.Imputers;

/// <summary>
/// MissBGM as published, with its posterior: the paper's fit, exported as a bundle and sampled by the runtime in one chain of 1,000 + 1,000 sweeps, as many as
/// the paper's; the point estimate is the posterior mean.
/// </summary>
/// <param name="name">Its name in the results.</param>
/// <param name="label">Its name in the reports.</param>
/// <param name="sampler">How draws are made.</param>
public sealed class SampledMissBgm(string name, string label, SamplerKind sampler) : IImputer
{
    private const int PaperRuns = 10;

    public string Name => name;

    public string Label => label;

    public int Seeds => PaperRuns;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var bundle = Path.Combine(Path.GetTempPath(), $"missbgm-bench-{Environment.ProcessId}.zip");
        try
        {
            var (imputed, seconds) = ProcessorTime.Measure(() => FitAndSample(dataset, (ulong)seed, bundle));
            return Collect(dataset, imputed, seconds);
        }
        finally
        {
            File.Delete(bundle);
        }
    }

    // The schema's scaling is the identity: the paper's matrices are fitted as they are.
    private ImputedTable FitAndSample(BenchDataset dataset, ulong seed, string bundle)
    {
        var config = PaperMissBgm.Configuration(dataset);
        var header = Enumerable.Range(1, dataset.Complete.Columns).Select(j => $"x{j}").ToArray();
        var table = Table.FromNumbers(header, Rectangular(dataset));
        var fit = ModelFit.Run(table, new TableSchema(Array.ConvertAll(header, Unscaled)), config, new FitOptions { Seed = seed });
        var sampled = fit.Manifest.Inference with { Chains = 1, Sampler = sampler };
        (fit with { Manifest = fit.Manifest with { Inference = sampled } }).Write(bundle);
        using var imputer = Imputer.Load(bundle);
        return imputer.Impute(table, new ImputeOptions { Seed = seed, Threads = 1 });
    }

    private static ColumnSchema Unscaled(string name) =>
        new() { Name = name, Type = ColumnType.Numeric, Location = 0, Scale = 1, Minimum = double.MinValue, Maximum = double.MaxValue, ObservedShare = 1 };

    internal static double[,] Rectangular(BenchDataset dataset)
    {
        var values = new double[dataset.Complete.Rows, dataset.Complete.Columns];
        Buffer.BlockCopy(dataset.Incomplete(), 0, values, 0, values.Length * sizeof(double));
        return values;
    }

    internal static Imputation Collect(BenchDataset dataset, ImputedTable imputed, double seconds)
    {
        var (point, columns) = (dataset.Incomplete(), dataset.Complete.Columns);
        var spread = new PosteriorSpread(new double[point.Length], new double[point.Length], new double[point.Length]);
        foreach (var cell in imputed.Cells)
        {
            var place = cell.Row * columns + cell.Column;
            (point[place], spread.Sd[place], spread.Lower[place], spread.Upper[place]) = (cell.Mean, cell.Sd, cell.Lower, cell.Upper);
        }

        return new Imputation(point, seconds, spread);
    }
}
