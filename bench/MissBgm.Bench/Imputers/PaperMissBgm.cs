using MissBgm.Bench.Data;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;

namespace MissBgm.Bench.Imputers;

/// <summary>MissBGM as published: the paper's configuration of the dataset, on the paper's scale; the point estimate is the MAP completion.</summary>
/// <param name="name">Its name in the results.</param>
/// <param name="label">Its name in the reports.</param>
/// <param name="change">What differs from the paper's configuration.</param>
public sealed class PaperMissBgm(string name, string label, Func<PaperConfig, PaperConfig>? change = null) : IImputer
{
    private const int PaperRuns = 10;

    public string Name => name;

    public string Label => label;

    public int Seeds => PaperRuns;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var config = Configuration(dataset);
        if (change is not null) config = config with { Paper = change(config.Paper) };
        var (result, seconds) = ProcessorTime.Measure(() => MissBgmFit.Run(dataset.Encode(), config, new FitOptions { Seed = (ulong)seed }));
        return new Imputation(Array.ConvertAll(result.Completed, x => (double)x), seconds);
    }

    /// <summary>The paper's configuration of a dataset.</summary>
    internal static FitConfig Configuration(BenchDataset dataset) => FitConfigReader.Read(Repository.Path("configs", "paper", dataset.Configuration + ".yaml"));
}
