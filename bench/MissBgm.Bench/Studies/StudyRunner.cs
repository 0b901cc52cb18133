using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Studies;

/// <summary>
/// Does a study's missing cases. A line of <c>study.csv</c> is appended as soon as a case is done, so that an interrupted study goes on
/// where it stopped; the report is <c>study.md</c>.
/// </summary>
internal sealed class StudyRunner(Study study, string folder, TextWriter log)
{
    private readonly string _path = Path.Combine(folder, study.Name + ".csv");

    /// <summary>Runs the cases that are selected and not there yet.</summary>
    public void Run(IReadOnlyList<string> cells, bool again)
    {
        var done = again ? [] : Results().Select(result => result.Case).ToHashSet(StringComparer.Ordinal);
        var waiting = study.Cases
            .Where(c => !done.Contains(c.Name) && (cells.Count == 0 || cells.Any(cell => c.Name.Contains(cell, StringComparison.Ordinal)))).ToArray();
        log.WriteLine($"{study.Name}: {waiting.Length} cases to do");
        foreach (var (i, next) in waiting.Index())
        {
            var values = next.Measure();
            if (!File.Exists(_path)) File.WriteAllText(_path, Line(["case", .. study.Columns, "commit", "machine"]));
            File.AppendAllText(_path, Line([next.Name, .. values, Repository.Commit, Repository.Machine]));
            log.WriteLine($"{i + 1}/{waiting.Length} {next.Name}: {string.Join(", ", values)}");
        }
    }

    /// <summary>Writes the report of what is there.</summary>
    public void Report()
    {
        var results = Results();
        if (results.Count == 0) return;
        var text = new StringBuilder($"# {study.Title}\n\n`bench/run {study.Name}`; every case is a line of [{study.Name}.csv]({study.Name}.csv).\n\n");
        text.Append(study.Summarise(results));
        text.Append(
            $"\nCode and machine: commit {string.Join(", ", results.Select(r => r.Commit).Distinct())}; "
            + $"{string.Join("; ", results.Select(r => r.Machine).Distinct())}\n");
        File.WriteAllText(Path.Combine(folder, study.Name + ".md"), text.ToString());
    }

    // Of a case that was repeated, the last line counts.
    private IReadOnlyList<StudyResult> Results()
    {
        if (!File.Exists(_path)) return [];
        var table = TableReader.Read(_path);
        var results = new Dictionary<string, StudyResult>(StringComparer.Ordinal);
        for (var row = 0; row < table.Rows; row++)
        {
            var values = Enumerable.Range(1, study.Columns.Count).Select(column => table.Text(row, column)).ToArray();
            results[table.Text(row, 0)] = new StudyResult(
                table.Text(row, 0), study.Columns, values, table.Text(row, table.Columns - 2), table.Text(row, table.Columns - 1));
        }

        return [.. results.Values];
    }

    private static string Line(IEnumerable<string> values) => string.Join(',', values.Select(value => value.Contains(',') ? $"\"{value}\"" : value)) + "\n";
}
