using System.Text;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies;

/// <summary>What the automatic choice costs on real tables whose masks say nothing.</summary>
internal static class McarSafetyStudy
{
    private const int Masks = 3;
    private const double Rate = 0.2;
    private static readonly string Folder = Repository.Path("..", "shared", "data", "real", "complete");

    public static Study Create() => new(
        "mcar-safety", "Safety: real tables, 20 % of their cells hidden completely at random",
        ["table", "rows", "columns", "chosen", "column_mean", "ignorable", "auto"],
        Directory.Exists(Folder)
            ?
            [
                .. from path in Directory.EnumerateFiles(Folder, "*.csv").Order(StringComparer.Ordinal)
                    from mask in Enumerable.Range(1, Masks)
                    select new StudyCase($"{Path.GetFileNameWithoutExtension(path)}; mask {mask}", () => Measure(path, (ulong)mask)),
            ]
            : [],
        Summarise);

    private static IReadOnlyList<string> Measure(string path, ulong mask)
    {
        var complete = Numbers(TableReader.Read(path));
        var observed = McarMask.Draw(complete.Rows, complete.Columns, Rate, 500 + mask);
        var truth = Array.ConvertAll(complete.Values, v => (double)v);
        var incomplete = truth.Select((value, i) => observed.Values[i] == 1 ? value : double.NaN).ToArray();
        var scale = Enumerable.Repeat(1.0, complete.Columns).ToArray();
        string Error(double[] point) => CoreFit.Rmse(point, truth, incomplete, scale).ToString("F4");
        var auto = CoreFit.Run(incomplete, complete.Columns, "auto", mask);
        var ignorable = auto.Evidence.Chosen == Mechanism.Ignorable ? auto : CoreFit.Run(incomplete, complete.Columns, "ignorable", mask);
        return
        [
            Path.GetFileNameWithoutExtension(path), $"{complete.Rows}", $"{complete.Columns}", auto.Evidence.Chosen.Name(),
            Error(CoreFit.ColumnMeans(incomplete, complete.Columns)), Error(ignorable.Point), Error(auto.Point),
        ];
    }

    // The columns of numbers that vary, standardised; labels and texts are left out, and so are columns that one mask may leave constant.
    private static Matrix<float> Numbers(Table table)
    {
        var columns = Enumerable.Range(0, table.Columns).Where(c => table.Header[c] != "label" && IsNumeric(table, c)).ToArray();
        var values = new Matrix<float>(table.Rows, columns.Length);
        for (var i = 0; i < table.Rows; i++)
        {
            for (var j = 0; j < columns.Length; j++) values[i, j] = (float)table.Number(i, columns[j]);
        }

        return StandardScaler.Transform(values);
    }

    private static bool IsNumeric(Table table, int column)
    {
        var texts = Enumerable.Range(0, table.Rows).Select(row => table.Text(row, column)).ToArray();
        return texts.All(text => double.TryParse(text, out _)) && texts.GroupBy(text => text).Max(group => group.Count()) < 0.98 * table.Rows;
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            $"Errors are RMSEs over hidden cells in standard deviations of their columns, means over {Masks} masks; numeric "
            + "columns that are not nearly constant. Change: `auto` against `ignorable`, the worst mask's.\n\n");
        text.Append("| table | rows x columns | chosen | column mean | ignorable | auto | worst change |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => r["table"]))
        {
            double Mean(string column) => group.Average(r => r.Number(column));
            var chosen = string.Join(", ", group.GroupBy(r => r["chosen"]).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}"));
            text.Append(
                $"| {group.Key} | {group.First()["rows"]} x {group.First()["columns"]} | {chosen} | {Mean("column_mean"):F3} | "
                + $"{Mean("ignorable"):F3} | {Mean("auto"):F3} | {group.Max(Change):+0.0 %;-0.0 %;0 %} |\n");
        }

        text.Append(
            $"\n{results.Count(r => r["chosen"] == "ignorable")} of {results.Count} cases chose `ignorable`; "
            + $"{results.Count(r => Change(r) > 0.01)} are more than 1 % worse than it.\n");
        return text.ToString();
    }

    private static double Change(StudyResult result) => result.Number("auto") / result.Number("ignorable") - 1;
}
