namespace MissBgm.Bench.Studies.Inference;

/// <summary>Leaves incomplete rows out.</summary>
internal sealed class CompleteCases : IMultipleImputer
{
    public string Name => "complete cases";

    public IReadOnlyList<IReadOnlyList<double[]>> Impute(IReadOnlyList<double[]> tables, IReadOnlyList<string> columns, int seed) =>
        [.. tables.Select(table => (IReadOnlyList<double[]>)[[.. table.Chunk(columns.Count).Where(row => !row.Any(double.IsNaN)).SelectMany(row => row)]])];
}
