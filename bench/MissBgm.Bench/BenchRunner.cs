using MissBgm.Bench.Data;
using MissBgm.Bench.Imputers;
using MissBgm.Bench.Results;

namespace MissBgm.Bench;

/// <summary>Which of a table's runs to do.</summary>
/// <param name="Seeds">Runs of each method that draws.</param>
/// <param name="Cells">Parts of dataset names; empty for all.</param>
/// <param name="Methods">Method names; empty for all.</param>
/// <param name="Again">Whether to repeat runs that are there.</param>
internal sealed record RunSelection(int Seeds, IReadOnlyList<string> Cells, IReadOnlyList<string> Methods, bool Again);

/// <summary>Does a table's missing runs, breadth first: every cell with the first seed, then with the second.</summary>
internal sealed class BenchRunner(RunStore store, TextWriter log)
{
    /// <summary>Runs what is selected and not there yet; <paramref name="afterEach"/> is called after each run.</summary>
    public void Run(BenchTable table, RunSelection selection, Action afterEach)
    {
        var waiting = Plan(table, selection).Where(p => selection.Again || !store.Contains(p.Source.Name, p.Imputer.Name, p.Seed)).ToArray();
        log.WriteLine($"{table.Name}: {waiting.Length} runs to do");
        (string Name, BenchDataset Data)? loaded = null;
        for (var i = 0; i < waiting.Length; i++)
        {
            var (source, imputer, seed) = waiting[i];
            if (loaded?.Name != source.Name) loaded = (source.Name, source.Load());
            var run = Measure(loaded.Value.Data, imputer, seed);
            store.Append(run);
            log.WriteLine($"{i + 1}/{waiting.Length} {source.Name} {imputer.Name} seed {seed}: RMSE {run.Scores[Metric.Rmse.Name]:F4}, {run.Seconds:F1} s");
            afterEach();
        }
    }

    private static IEnumerable<(DatasetSource Source, IImputer Imputer, int Seed)> Plan(BenchTable table, RunSelection selection) =>
        from seed in Enumerable.Range(1, selection.Seeds)
        from source in table.Datasets
        where selection.Cells.Count == 0 || selection.Cells.Any(c => source.Name.Contains(c, StringComparison.Ordinal))
        from imputer in table.Imputers
        where seed <= imputer.Seeds && (selection.Methods.Count == 0 || selection.Methods.Contains(imputer.Name))
        select (source, imputer, seed);

    private static Run Measure(BenchDataset dataset, IImputer imputer, int seed)
    {
        var imputation = imputer.Impute(dataset, seed);
        return new Run(dataset.Name, imputer.Name, seed, Scores.Of(dataset, imputation), imputation.Seconds, Repository.Commit, Repository.Machine);
    }
}
