using MissBgm.Bench.Results;

namespace MissBgm.Bench.Reports;

/// <summary>A method's figures in a report.</summary>
/// <param name="Label">The method.</param>
/// <param name="Published">Whether the paper printed them.</param>
/// <param name="Values">By dataset and measure.</param>
/// <param name="Seconds">Mean seconds by dataset.</param>
internal sealed record MethodFigures(
    string Label, bool Published, IReadOnlyDictionary<(string Dataset, string Metric), Figure> Values,
    IReadOnlyDictionary<string, double> Seconds)
{
    public Figure? this[string dataset, string metric] => Values.GetValueOrDefault((dataset, metric));

    /// <summary>The methods measured here, then the paper's, MissBGM first in both.</summary>
    public static IReadOnlyList<MethodFigures> Of(BenchTable table, RunStore store)
    {
        var published = PublishedFigure.Read().Where(f => f.Table == table.Name).GroupBy(f => f.Method).Select(group => new MethodFigures(
            group.Key, true, group.ToDictionary(f => (f.Dataset, f.Metric), f => new Figure(f.Value, f.Sd, 0)), new Dictionary<string, double>()));
        return
        [
            .. table.Imputers.Select(imputer => Measured(table, imputer.Name, imputer.Label, store)).Where(m => m.Values.Count > 0),
            .. published.Reverse(),
        ];
    }

    private static MethodFigures Measured(BenchTable table, string method, string label, RunStore store)
    {
        var values = new Dictionary<(string, string), Figure>();
        var seconds = new Dictionary<string, double>();
        foreach (var dataset in table.Datasets)
        {
            var runs = store.Of(dataset.Name, method);
            if (runs.Count > 0) seconds[dataset.Name] = runs.Average(r => r.Seconds);
            foreach (var metric in table.Metrics)
            {
                if (Figure.Of(runs.Select(r => r[metric]).OfType<double>().ToArray()) is { } figure) values[(dataset.Name, metric.Name)] = figure;
            }
        }

        return new MethodFigures(label, false, values, seconds);
    }
}
