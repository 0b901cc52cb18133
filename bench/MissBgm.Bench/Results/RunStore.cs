using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Results;

/// <summary>
/// All runs, in <c>bench/results/runs.csv</c>: a line is appended as soon as a run is done, so that an interrupted benchmark goes on where it stopped
/// and tables share the runs they have in common. Of a run that was repeated, the last line counts.
/// </summary>
internal sealed class RunStore
{
    private static readonly string Header = string.Join(',', ["dataset", "method", "seed", .. Metric.All.Select(m => m.Name), "seconds", "commit", "machine"]);
    private readonly string _path;
    private readonly Dictionary<(string, string, int), Run> _runs = [];

    public RunStore(string path)
    {
        _path = path;
        if (!File.Exists(path)) return;
        var table = TableReader.Read(path);
        for (var row = 0; row < table.Rows; row++) Keep(Parse(table, row));
    }

    public bool Contains(string dataset, string method, int seed) => _runs.ContainsKey((dataset, method, seed));

    /// <summary>The runs of a method on a dataset, by seed.</summary>
    public IReadOnlyList<Run> Of(string dataset, string method) =>
        _runs.Values.Where(r => r.Dataset == dataset && r.Method == method).OrderBy(r => r.Seed).ToArray();

    public void Append(Run run)
    {
        Keep(run);
        var line = string.Join(
            ',',
            [
                run.Dataset, run.Method, $"{run.Seed}", .. Metric.All.Select(m => run[m]?.ToString("G7") ?? ""), run.Seconds.ToString("G4"),
                run.Commit, run.Machine,
            ]);
        File.AppendAllText(_path, (File.Exists(_path) ? "" : Header + "\n") + line + "\n");
    }

    private void Keep(Run run) => _runs[(run.Dataset, run.Method, run.Seed)] = run;

    private static Run Parse(Table table, int row)
    {
        var scores = new Dictionary<string, double>();
        for (var m = 0; m < Metric.All.Count; m++)
        {
            if (!table.IsMissing(row, 3 + m)) scores[Metric.All[m].Name] = table.Number(row, 3 + m);
        }

        var next = 3 + Metric.All.Count;
        return new Run(
            table.Text(row, 0), table.Text(row, 1), (int)table.Number(row, 2), scores, table.Number(row, next), table.Text(row, next + 1),
            table.Text(row, next + 2));
    }
}
