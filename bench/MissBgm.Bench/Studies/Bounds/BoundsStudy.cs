using System.Text;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Studies.Bounds;

/// <summary>
/// Whether drawn numbers keep to what their column is: tables with cells missing by nature, and complete tables with cells hidden at
/// random, fitted and imputed by the two programs with their
/// defaults, five draws of each.
/// </summary>
internal static class BoundsStudy
{
    private const int Multiple = 5;
    private const double ManyZeros = 0.2;
    private static readonly string[] Columns =
    [
        "rows", "columns", "drawn", "outside_nature", "outside_observed", "zero_columns", "zero_cells", "observed_zeros", "drawn_zeros",
        "fit_seconds",
    ];

    public static Study Create() => new(
        "bounds", "Drawn numbers within natural bounds", Columns,
        [.. BoundsTable.All.Select(table => new StudyCase(table.Name, () => Measure(table)))], Summarise);

    private static IReadOnlyList<string> Measure(BoundsTable source)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            var data = source.Write(folder.FullName);
            var seconds = Programs.Run("missbgm-train", "fit", "--data", data, "--out", In("model"), "--quiet");
            Programs.Run(
                "missbgm", "impute", "--model", In("model"), "--data", data, "--out", In("mean.csv"), "--multiple", $"{Multiple}",
                "--multiple-dir", In("draws"), "--quiet");
            var bundle = Bundle.Load(In("model"));
            var table = TableReader.Read(data);
            var draws = Enumerable.Range(1, Multiple).Select(m => TableReader.Read(Path.Combine(In("draws"), $"imputation_{m}.csv"))).ToArray();
            var counts = bundle.Schema.Columns
                .Where(column => !column.IsDiscrete && !column.IsConstant)
                .Select(column => Count(column, table, draws))
                .Where(count => count.Drawn > 0)
                .ToArray();
            var zeros = counts.Where(count => count.ObservedZeros >= ManyZeros).ToArray();
            double Mean(Func<ColumnCount, double> share) =>
                zeros.Length == 0 ? 0 : zeros.Sum(count => count.Drawn * share(count)) / zeros.Sum(count => count.Drawn);
            double[] values =
            [
                table.Rows, table.Columns, counts.Sum(c => c.Drawn), counts.Sum(c => c.OutsideNature), counts.Sum(c => c.OutsideObserved),
                zeros.Length, zeros.Sum(c => c.Drawn), Mean(c => c.ObservedZeros), Mean(c => c.DrawnZeros), seconds,
            ];
            return [.. values.Select(value => value.ToString("G5"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ColumnCount Count(ColumnSchema column, Table table, Table[] draws)
    {
        var place = table.Header.ToList().IndexOf(column.Name);
        var rows = Enumerable.Range(0, table.Rows).ToLookup(row => table.IsMissing(row, place));
        double Number(Table of, int row) =>
            column.Notation is { } notation && notation.TryParse(of.Text(row, place), out var value) ? value : of.Number(row, place);
        var observed = rows[false].Select(row => Number(table, row)).ToArray();
        var drawn = draws.SelectMany(draw => rows[true].Where(row => !draw.IsMissing(row, place)).Select(row => Number(draw, row))).ToArray();
        if (observed.Length == 0 || drawn.Length == 0) return default;
        // What no value would be: negative where nothing is, positive where nothing is, above 1 where all are shares.
        var (smallest, largest) = (observed.Min(), observed.Max());
        bool IsImpossible(double value) => (smallest >= 0 && value < 0) || (largest <= 0 && value > 0) || (smallest >= 0 && largest <= 1 && value > 1);
        return new ColumnCount(
            drawn.Length, drawn.Count(IsImpossible), drawn.Count(value => value < smallest || value > largest),
            observed.Count(value => value == 0) / (double)observed.Length, drawn.Count(value => value == 0) / (double)drawn.Length);
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        double Sum(string column) => results.Sum(result => result.Number(column));
        var text = new StringBuilder();
        text.Append(
            "Tables of `../shared/data/real`: those of `native_missing` as they are, those of `complete` with a quarter of their "
            + "cells hidden at random, at most 500 rows of each. Numbers drawn in five imputations; ");
        text.Append(
            "`outside nature`: negative where no observed value is, positive where none is, above 1 where all are shares; `zeros`: "
            + "columns with at least 20 % of them, observed and drawn (by nature, cells need not be missing at random).\n\n");
        text.Append(
            $"{results.Count} tables, {Sum("drawn"):F0} drawn numbers: {Sum("outside_nature"):F0} outside nature, "
            + $"{Sum("outside_observed"):F0} outside what was observed.\n\n");
        text.Append(
            "| table | rows | columns | drawn | outside nature | outside observed | columns with zeros | zeros observed, drawn | "
            + "fit: s |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var result in results)
        {
            var zeros = result.Number("zero_columns") == 0 ? "" : $"{result.Number("observed_zeros"):P1}, {result.Number("drawn_zeros"):P1}";
            text.Append(
                $"| {result.Case} | {result["rows"]} | {result["columns"]} | {result["drawn"]} | {result["outside_nature"]} | "
                + $"{result["outside_observed"]} | {result["zero_columns"]} | {zeros} | {result.Number("fit_seconds"):F1} |\n");
        }

        return text.ToString();
    }

    private readonly record struct ColumnCount(int Drawn, int OutsideNature, int OutsideObserved, double ObservedZeros, double DrawnZeros);
}
