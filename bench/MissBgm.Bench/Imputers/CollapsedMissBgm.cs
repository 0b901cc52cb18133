using System.Text.Json;
using MissBgm.Bench.Data;
using MissBgm.Exporter.Bundles;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Configuration;

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
        var config = new FitConfig { Mechanism = mechanism };
        var table = Table.FromNumbers([.. Enumerable.Range(1, dataset.Complete.Columns).Select(j => $"x{j}")], SampledMissBgm.Rectangular(dataset));
        var schema = TableSchema.Detect(table, new ColumnDeclarations { Detection = TypeDetection.Off });
        var encoded = schema.Encode(table);
        var fit = CollapsedFit.Run(encoded, [.. schema.Modelled.Select(column => column.Name)], FitConfigReader.SelectionSettings(config, threads: 1), seed);
        var manifest = new Manifest
        {
            FormatVersion = Manifest.CurrentFormatVersion,
            Kind = Manifest.MissBgmKind,
            ToolVersion = Repository.Commit,
            Seed = seed,
            Mechanism = fit.Evidence.Chosen,
            Evidence = fit.Evidence,
            Generator = fit.Generator,
            LatentDimension = fit.Weights.LatentDimension,
            Columns = schema.Columns,
            MissingTokens = [""],
            Inference = FitConfigReader.CollapsedInferenceSettings(config),
            Hyperparameters = JsonSerializer.SerializeToElement(config, Manifest.Json),
            Training = fit.Summary,
            Files = new Dictionary<string, string>(),
        };
        BundleWriter.Write(bundle, manifest, fit.Weights, FittedRows.Create(encoded, fit.Latent, fit.Completed, fit.Weights.LatentDimension));
        using var imputer = Imputer.Load(bundle);
        return imputer.Impute(table, new ImputeOptions { Seed = seed, Threads = 1 });
    }
}
