using MissBgm.Bench.Data;

namespace MissBgm.Bench.Imputers;

/// <summary>The mean of a column's observed cells.</summary>
public sealed class ColumnMean : IImputer
{
    public string Name => "mean";

    public string Label => "column mean";

    public int Seeds => 1;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var (point, seconds) = ProcessorTime.Measure(() => Fill(dataset.Incomplete(), dataset.Complete.Rows, dataset.Complete.Columns));
        return new Imputation(point, seconds);
    }

    private static double[] Fill(double[] incomplete, int rows, int columns)
    {
        var means = Enumerable.Range(0, columns)
            .Select(j => Enumerable.Range(0, rows).Select(i => incomplete[i * columns + j]).Where(v => !double.IsNaN(v)).Average())
            .ToArray();
        return incomplete.Select((value, cell) => double.IsNaN(value) ? means[cell % columns] : value).ToArray();
    }
}
