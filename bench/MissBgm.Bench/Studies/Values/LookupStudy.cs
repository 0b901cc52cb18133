using System.Text;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer;

namespace MissBgm.Bench.Studies.Values;

/// <summary>Levels that another column determines, a text or a number whose order tells nothing, against those of the nearest neighbour.</summary>
internal static class LookupStudy
{
    private const int Rows = 600;
    private const int Seeds = 3;
    private static readonly int[] Levels = [12, 30, 84];
    private static readonly string[] Keys = ["text", "number"];
    private static readonly string[] Columns = ["levels", "by", "cells", "neighbour", "completed", "drawn"];

    public static Study Create() => new(
        "lookups", "Levels that another column determines", Columns,
        [
            .. from levels in Levels
                from key in Keys
                from seed in Enumerable.Range(1, Seeds)
                select new StudyCase($"{levels} levels by {key}; seed {seed}", () => Measure(levels, key, (ulong)seed)),
        ],
        Summarise);

    // Shares of the missing levels, where the other column is observed, that are right: the nearest neighbour's, the completed table's, and
    // those of single draws.
    private static IReadOnlyList<string> Measure(int levels, string by, ulong seed)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            var (truth, table) = Simulate(levels, by == "number", seed);
            var path = Path.Combine(folder.FullName, "model");
            ModelFit.Run(table).Write(path);
            using var imputer = Imputer.Load(path);
            var names = imputer.Bundle!.Schema.Columns[1].Levels!;
            var cells = imputer.Impute(table, new ImputeOptions { Threads = 1 }).Cells
                .Where(cell => cell.Column == 1 && !table.IsMissing(cell.Row, 0)).ToArray();
            double[] values =
            [
                cells.Length, cells.Average(cell => Nearest(table, cell.Row) == truth[cell.Row] ? 1.0 : 0),
                cells.Average(cell => names[(int)cell.Value] == truth[cell.Row] ? 1.0 : 0),
                cells.Average(cell => names.ToList().IndexOf(truth[cell.Row]) is >= 0 and var level ? cell.Probabilities![level] : 0),
            ];
            return [$"{levels}", by, .. values.Select(value => value.ToString("G5"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Of the rows that have both: the first with the same text, or the nearest number.
    private static string Nearest(Table table, int row)
    {
        double Distance(int other) => double.TryParse(table.Text(row, 0), out _)
            ? Math.Abs(table.Number(row, 0) - table.Number(other, 0))
            : table.Text(row, 0) == table.Text(other, 0) ? 0 : 1;
        var others = Enumerable.Range(0, table.Rows).Where(other => !table.IsMissing(other, 0) && !table.IsMissing(other, 1));
        return table.Text(others.MinBy(Distance), 1);
    }

    // A tenth of the determining column and a fifth of the levels are missing.
    private static (string[] Truth, Table Table) Simulate(int levels, bool byNumber, ulong seed)
    {
        var (truth, cells, normals, uniforms) = (new string[Rows], new List<string>(), new float[2], new float[3]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(seed).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(seed).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            var level = (int)(uniforms[0] * levels);
            var by = byNumber ? $"{level * 37 % 101 + 0.5}" : $"b{level * 37 % 101}";
            truth[row] = $"g{level}";
            cells.AddRange([uniforms[1] < 0.1 ? "" : by, uniforms[2] < 0.2 ? "" : truth[row], $"{normals[0]:F3}", $"{normals[1]:F3}"]);
        }

        return (truth, Table.FromText(["by", "group", "x", "y"], cells, MissingTokens.Default));
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            $"{Rows} rows; a column of levels, a fifth missing, that one other column determines (a tenth missing), a text or a number whose order tells "
            + "nothing, and two columns of noise. Per cent of the missing levels that are right where the other column is observed: the nearest "
            + "neighbour's, those of the completed table, and of single draws; defaults of `fit`, means over seeds.\n\n");
        text.Append("| levels | by | tables | cells | nearest neighbour | completed | draws |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => (Levels: r["levels"], By: r["by"])))
        {
            double Mean(string column) => 100 * group.Sum(r => r.Number("cells") * r.Number(column)) / group.Sum(r => r.Number("cells"));
            text.Append(
                $"| {group.Key.Levels} | {group.Key.By} | {group.Count()} | {group.Sum(r => r.Number("cells"))} | {Mean("neighbour"):F1} | "
                + $"{Mean("completed"):F1} | {Mean("drawn"):F1} |\n");
        }

        return text.ToString();
    }
}
