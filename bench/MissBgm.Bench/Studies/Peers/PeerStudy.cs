using System.Text;

namespace MissBgm.Bench.Studies.Peers;

/// <summary>The defaults beside the imputers that are in use: public tables, six masks, means of hidden numbers and hidden levels.</summary>
internal static class PeerStudy
{
    private const string Ours = "missbgm";
    private const ulong Seed = 7;
    private static readonly string Folder = Repository.Path("..", "shared", "data", "real", "complete");

    public static Study Create() => new(
        "peers", "Beside other imputers: public tables under six masks",
        ["table", "mask", "method", "rmse", "error", "seconds"],
        Directory.Exists(Folder)
            ?
            [
                .. from mask in PeerTable.Masks.Keys
                    from method in PeerMethod.All
                    from path in Directory.EnumerateFiles(Folder, "*.csv").OrderBy(path => new FileInfo(path).Length)
                    select new StudyCase($"{mask}; {method.Name}; {Path.GetFileNameWithoutExtension(path)}", () => Measure(path, mask, method)),
            ]
            : [],
        Summarise);

    private static IReadOnlyList<string> Measure(string path, string mask, PeerMethod method)
    {
        var table = PeerTable.Read(path, mask, Seed);
        var (completed, seconds) = method.Complete(table);
        return
        [
            Path.GetFileNameWithoutExtension(path), mask, method.Name, table.Rmse(completed).ToString("F4"), table.ErrorRate(completed).ToString("F4"),
            seconds.ToString("F1"),
        ];
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            "Every table is fitted and imputed with the defaults of each method, one thread, one draw of the mask. RMSE over hidden numbers in standard "
            + "deviations of their columns; ours is the mean completion. missforest: random forests of 100 trees by missForest's stopping rule; extratrees, "
            + "histgb: five rounds of chained ensembles of 100; knn: five neighbours; mice-pmm: the mean of five imputations. Labels are left out. Ratios are "
            + "geometric means of the other's RMSE over ours, with standard errors over tables: above 1 we are ahead.\n");
        foreach (var mask in results.GroupBy(result => result["mask"])) Summarise(text, mask.Key, [.. mask]);
        return text.ToString();
    }

    private static void Summarise(StringBuilder text, string mask, StudyResult[] results)
    {
        var methods = PeerMethod.All.Select(method => method.Name).Where(name => results.Any(result => result["method"] == name)).ToArray();
        var rows = results.GroupBy(result => result["table"])
            .ToDictionary(group => group.Key, group => group.ToDictionary(result => result["method"]));
        var complete = rows.Values.Where(row => methods.All(row.ContainsKey)).ToArray();
        text.Append($"\n## {mask}\n\n| table | {string.Join(" | ", methods)} |\n|{string.Concat(Enumerable.Repeat(" --- |", methods.Length + 1))}\n");
        foreach (var (table, row) in rows)
        {
            var best = row.Values.Min(result => result.Number("rmse"));
            string Cell(string method) => !row.TryGetValue(method, out var result) ? "-"
                : result.Number("rmse") == best ? $"**{result["rmse"]}**" : result["rmse"];
            text.Append($"| {table} | {string.Join(" | ", methods.Select(Cell))} |\n");
        }

        text.Append($"| rank, {complete.Length} tables | {string.Join(" | ", methods.Select(method => Rank(complete, method)))} |\n");
        text.Append($"| ratio to ours | {string.Join(" | ", methods.Select(method => Ratio(rows.Values, method)))} |\n");
        text.Append($"| wrong levels | {string.Join(" | ", methods.Select(method => Mean(results, method, "error", "P1")))} |\n");
        text.Append($"| processor s, mean | {string.Join(" | ", methods.Select(method => Mean(results, method, "seconds", "F1")))} |\n");
    }

    private static string Rank(Dictionary<string, StudyResult>[] rows, string method) => rows.Length == 0 ? "-" : rows
        .Average(row => 1.0 + row.Values.Count(other => other.Number("rmse") < row[method].Number("rmse"))).ToString("F2");

    private static string Ratio(IEnumerable<Dictionary<string, StudyResult>> rows, string method)
    {
        var logs = rows.Where(row => row.ContainsKey(method) && row.ContainsKey(Ours))
            .Select(row => Math.Log(row[method].Number("rmse") / row[Ours].Number("rmse"))).ToArray();
        if (logs.Length < 2 || method == Ours) return "-";
        var mean = logs.Average();
        var error = Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1) / logs.Length);
        return $"{Math.Exp(mean):F3} ({Math.Exp(mean) * error:F3})";
    }

    private static string Mean(StudyResult[] results, string method, string column, string format)
    {
        var values = results.Where(result => result["method"] == method && result[column] != "NaN").Select(result => result.Number(column)).ToArray();
        return values.Length == 0 ? "-" : values.Average().ToString(format);
    }
}
