namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>What was simulated.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Columns">Columns of the table.</param>
/// <param name="HiddenCells">Cells that are hidden.</param>
/// <param name="Files">What was written.</param>
internal sealed record SimulateSummary(int Rows, int Columns, int HiddenCells, IReadOnlyList<string> Files)
{
    public override string ToString() =>
        $"{Rows} rows, {Columns} columns, {HiddenCells} cells hidden ({(double)HiddenCells / Rows / Columns:P1})\n{string.Join('\n', Files)}";
}
