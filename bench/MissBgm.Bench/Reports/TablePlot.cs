using MissBgm.Report.Charts;
using MissBgm.Report.Pictures;

namespace MissBgm.Bench.Reports;

/// <summary>A table's plot: datasets on the horizontal axis, or the measures where there is one dataset.</summary>
internal static class TablePlot
{
    public static string Draw(BenchTable table, IReadOnlyList<MethodFigures> methods) =>
        table.Datasets.Count == 1 ? ByMetric(table, methods) : ByDataset(table, methods);

    private static string ByDataset(BenchTable table, IReadOnlyList<MethodFigures> methods)
    {
        var metric = table.Metrics[0];
        var places = table.Datasets.Select((d, i) => (Dataset: d, X: d.Position ?? i)).ToArray();
        var series = methods.Select(m => Series(m, places.Select(p => (p.X, m[p.Dataset.Name, metric.Name]))));
        var plot = new SeriesPicture(
            table.Title, table.Axis ?? "", metric.Label,
            places.Select(p => (p.X, p.Dataset.Position?.ToString() ?? p.Dataset.Label)).ToArray(), table.Axis is not null,
            table.Logarithmic);
        return SvgWriter.Document(plot.Draw(series.ToArray()));
    }

    private static string ByMetric(BenchTable table, IReadOnlyList<MethodFigures> methods)
    {
        var dataset = table.Datasets[0].Name;
        var series = methods.Select(m => Series(m, table.Metrics.Select((metric, i) => ((double)i, m[dataset, metric.Name]))));
        var plot = new SeriesPicture(table.Title, "", "value", table.Metrics.Select((m, i) => ((double)i, m.Label)).ToArray(), false, false);
        return SvgWriter.Document(plot.Draw(series.ToArray()));
    }

    private static PlotSeries Series(MethodFigures method, IEnumerable<(double X, Figure? Figure)> points) => new(
        method.Label + (method.Published ? ", paper" : ""), method.Published,
        points.Where(p => p.Figure is not null).Select(p => (p.X, p.Figure!.Value, p.Figure.Sd ?? 0)).ToArray());
}
