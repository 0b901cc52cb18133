using MissBgm.Bench.Data;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Running;

namespace MissBgm.Bench.Imputers;

/// <summary>
/// The collapsed model as a user has it: the default fit, exported as a bundle and sampled by the runtime with the bundle's own settings, one thread; the
/// point estimate is the posterior mean.
/// </summary>
/// <param name="name">Its name in the results.</param>
/// <param name="label">Its name in the reports.</param>
/// <param name="mechanism">The mechanism to fit, or auto.</param>
public sealed class CollapsedMissBgm(string name, string label, string mechanism) : IImputer
{
    public string Name => name;

    public string Label => label;

    public int Seeds => 10;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var bundle = Path.Combine(Path.GetTempPath(), $"missbgm-bench-{Environment.ProcessId}.zip");
        try
        {
            var (imputed, seconds) = ProcessorTime.Measure(() => FitAndSample(dataset, (ulong)seed, bundle));
            return SampledMissBgm.Collect(dataset, imputed, seconds);
        }
        finally
        {
            File.Delete(bundle);
        }
    }

    private ImputedTable FitAndSample(BenchDataset dataset, ulong seed, string bundle)
    {
        var config = new FitConfig { Mechanism = mechanism, Columns = new ColumnDeclarations { Detection = TypeDetection.Off } };
        var table = Table.FromNumbers([.. Enumerable.Range(1, dataset.Complete.Columns).Select(j => $"x{j}")], SampledMissBgm.Rectangular(dataset));
        ModelFit.Run(table, config, new FitOptions { Seed = seed, Threads = 1 }).Write(bundle);
        using var imputer = Imputer.Load(bundle);
        return imputer.Impute(table, new ImputeOptions { Seed = seed, Threads = 1 });
    }
}
