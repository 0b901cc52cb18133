using MathNet.Numerics.Statistics;
using MissBgm.Bench.Data;
using MissBgm.Bench.Imputers;

namespace MissBgm.Bench.Results;

/// <summary>The papers' measures, over hidden cells (MissBGM Section 6.1).</summary>
internal static class Scores
{
    /// <summary>Measures by the name of <see cref="Metric"/>; those of uncertainty only where both an oracle and a spread are known.</summary>
    public static Dictionary<string, double> Of(BenchDataset dataset, Imputation imputation)
    {
        var hidden = Enumerable.Range(0, dataset.Observed.Values.Length).Where(i => dataset.Observed.Values[i] == 0).ToArray();
        var scores = new Dictionary<string, double>
        {
            [Metric.Rmse.Name] = Rms(hidden.Select(i => imputation.Point[i] - dataset.Complete.Values[i])),
        };
        if (imputation.Spread is not { } spread) return scores;
        scores[Metric.Coverage.Name] = hidden.Average(i =>
            dataset.Complete.Values[i] >= spread.Lower[i] && dataset.Complete.Values[i] <= spread.Upper[i] ? 1.0 : 0.0);
        scores[Metric.Width.Name] = hidden.Average(i => spread.Upper[i] - spread.Lower[i]);
        if (dataset.Oracle is not { } oracle) return scores;
        var columns = dataset.Complete.Columns;
        var cells = oracle.Cells().ToArray();
        scores[Metric.SdRmse.Name] = Rms(cells.Select(c => spread.Sd[c.Row * columns + c.Column] - c.StandardDeviation));
        var sigma = oracle.Sigma;
        scores[Metric.SdRmseUncut.Name] = Rms(cells.Select(c => spread.Sd[c.Row * columns + c.Column] - sigma[c.Column - (columns - sigma.Length)]));
        var widths = cells.Select(c => spread.Upper[c.Row * columns + c.Column] - spread.Lower[c.Row * columns + c.Column]).ToArray();
        var oracleWidths = cells.Select(c => c.Upper - c.Lower).ToArray();
        scores[Metric.Pearson.Name] = Correlation.Pearson(widths, oracleWidths);
        scores[Metric.Spearman.Name] = Correlation.Spearman(widths, oracleWidths);
        return scores;
    }

    private static double Rms(IEnumerable<double> errors) => Math.Sqrt(errors.Average(e => e * e));
}
