using MissBgm.Bench.Data;

namespace MissBgm.Bench.Imputers;

/// <summary>The oracle of the synthetic benchmark, which knows mu, sigma and the threshold: the bound that no imputer passes.</summary>
public sealed class Oracle : IImputer
{
    public string Name => "oracle";

    public string Label => "oracle";

    public int Seeds => 1;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var data = dataset.Oracle ?? throw new InvalidOperationException($"{dataset.Name} has no oracle.");
        var (point, columns) = (dataset.Incomplete(), dataset.Complete.Columns);
        var spread = new PosteriorSpread(new double[point.Length], new double[point.Length], new double[point.Length]);
        foreach (var cell in data.Cells())
        {
            var place = cell.Row * columns + cell.Column;
            (point[place], spread.Sd[place], spread.Lower[place], spread.Upper[place]) = (cell.Mean, cell.StandardDeviation, cell.Lower, cell.Upper);
        }

        return new Imputation(point, 0, spread);
    }
}
