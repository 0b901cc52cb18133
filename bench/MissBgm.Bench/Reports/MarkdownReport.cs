using System.Text;
using MissBgm.Bench.Results;

namespace MissBgm.Bench.Reports;

/// <summary>A table's figures as Markdown: the paper's columns, then those measured here.</summary>
internal static class MarkdownReport
{
    public static string Write(BenchTable table, IReadOnlyList<MethodFigures> methods, RunStore store)
    {
        var text = new StringBuilder(
            $"# {table.Title}\n\n`bench/run {table.Name}`. Means (standard deviations) over runs; the data are the paper's, bit "
            + "for bit.\n");
        text.Append(
            "Columns marked *paper* are the published figures, the others were measured here; the runs counted are those of the "
            + $"first method.\n\n![plot]({table.Name}.svg)\n\n");
        if (table.Datasets.Count == 1) WriteByMethod(text, table, methods);
        else WriteByDataset(text, table, methods);
        WriteSeconds(text, table, methods);
        WriteProvenance(text, table, store);
        return text.ToString();
    }

    private static void WriteByDataset(StringBuilder text, BenchTable table, IReadOnlyList<MethodFigures> methods)
    {
        var metric = table.Metrics[0].Name;
        Line(text, ["dataset", "runs", .. methods.Select(Heading)]);
        Line(text, ["---", "---", .. methods.Select(_ => "---")]);
        foreach (var dataset in table.Datasets)
        {
            var runs = methods[0][dataset.Name, metric]?.Runs ?? 0;
            Line(text, [dataset.Label, $"{runs}", .. methods.Select(m => m[dataset.Name, metric]?.ToString() ?? "")]);
        }
    }

    private static void WriteByMethod(StringBuilder text, BenchTable table, IReadOnlyList<MethodFigures> methods)
    {
        var dataset = table.Datasets[0].Name;
        Line(text, ["method", .. table.Metrics.Select(m => m.Label), "runs"]);
        Line(text, ["---", .. table.Metrics.Select(_ => "---"), "---"]);
        foreach (var method in methods)
        {
            var figures = table.Metrics.Select(m => method[dataset, m.Name]).ToArray();
            Line(text, [Heading(method), .. figures.Select(f => f?.ToString() ?? ""), method.Published ? "" : $"{figures.Max(f => f?.Runs ?? 0)}"]);
        }
    }

    private static void WriteSeconds(StringBuilder text, BenchTable table, IReadOnlyList<MethodFigures> methods)
    {
        var measured = methods.Where(m => !m.Published).ToArray();
        if (measured.Length == 0 || table.Metrics.Contains(Metric.Seconds)) return;
        text.Append("\nSeconds of processor time a run takes:\n\n");
        Line(text, ["dataset", .. measured.Select(m => m.Label)]);
        Line(text, ["---", .. measured.Select(_ => "---")]);
        foreach (var dataset in table.Datasets)
        {
            Line(text, [dataset.Label, .. measured.Select(m => m.Seconds.TryGetValue(dataset.Name, out var s) ? s.ToString("F1") : "")]);
        }
    }

    private static void WriteProvenance(StringBuilder text, BenchTable table, RunStore store)
    {
        var runs = (from dataset in table.Datasets from imputer in table.Imputers from run in store.Of(dataset.Name, imputer.Name) select run).ToArray();
        text.Append("\nSeeds of each method, code and machine:\n\n");
        foreach (var group in runs.GroupBy(r => r.Method))
        {
            text.Append(
                $"- {group.Key}: seeds {group.Min(r => r.Seed)} to {group.Max(r => r.Seed)}, commit "
                + $"{string.Join(", ", group.Select(r => r.Commit).Distinct())}\n");
        }

        foreach (var machine in runs.Select(r => r.Machine).Distinct()) text.Append($"- {machine}\n");
    }

    private static string Heading(MethodFigures method) => method.Published ? $"{method.Label}, *paper*" : method.Label;

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
}
