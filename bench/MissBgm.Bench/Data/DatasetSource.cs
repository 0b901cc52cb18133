using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Data;

/// <summary>Where a dataset comes from; made when it is wanted, as the large ones take memory.</summary>
/// <param name="Name">Its name in the results, such as n500_p50_r30 or wine.</param>
/// <param name="Label">Its name in the reports.</param>
/// <param name="Position">Its place on a numeric axis; null for a category.</param>
/// <param name="Load">Makes it.</param>
public sealed record DatasetSource(string Name, string Label, double? Position, Func<BenchDataset> Load)
{
    private const ulong PaperSeed = 123;

    /// <summary>The oracle benchmark (MissBGM Appendix C.1), the paper's own draws.</summary>
    public static DatasetSource Synthetic(int rows, int columns, int percentMissing, double? position = null)
    {
        var name = $"n{rows}_p{columns}_r{percentMissing:00}";
        return new DatasetSource(name, $"n {rows}, p {columns}, r {percentMissing / 100.0}", position, () =>
        {
            var data = OracleBenchmark.Simulate(
                new OracleBenchmarkSettings { Rows = rows, Columns = columns, MissingRate = percentMissing / 100.0, Seed = PaperSeed });
            return new BenchDataset(name, "synthetic", data.Complete, data.Observed, data);
        });
    }

    /// <summary>A table of <c>data/</c>, standardised, with the mask of MissBGM's Eq. 67 at rate 0.2.</summary>
    public static DatasetSource Real(string name) => new(name, name, null, () =>
    {
        var complete = StandardScaler.Transform(CompleteTable.Values(TableReader.Read(Repository.Path("data", name + ".csv"))));
        return new BenchDataset(name, name, complete, MnarMask.Draw(complete, 0.2, PaperSeed), null);
    });
}
