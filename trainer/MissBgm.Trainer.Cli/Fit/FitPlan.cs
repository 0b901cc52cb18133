using System.Globalization;
using System.Runtime.InteropServices;
using MissBgm.CommandLine;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using Spectre.Console;
using Table = MissBgm.Runtime.Tables.Table;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What a fit would make of a table, found without fitting: printed, or serialised with <c>--json</c>.</summary>
internal sealed record FitPlan
{
    private const int MostPatterns = 5;

    public required int Rows { get; init; }

    public required int CompleteRows { get; init; }

    public required int MissingCells { get; init; }

    public required IReadOnlyList<PlannedColumn> Columns { get; init; }

    /// <summary>The commonest patterns of missing cells, complete rows aside.</summary>
    public required IReadOnlyList<PlannedPattern> Patterns { get; init; }

    /// <summary>How many different ones there are.</summary>
    public required int PatternCount { get; init; }

    /// <summary>Columns of the Gaussian model, a categorical one having one for each level.</summary>
    public required int GaussianColumns { get; init; }

    /// <summary>Least seconds expected; null where there is no telling.</summary>
    public double? SecondsFrom { get; init; }

    /// <summary>Most seconds expected.</summary>
    public double? SecondsTo { get; init; }

    /// <summary>Megabytes expected.</summary>
    public double? Megabytes { get; init; }

    /// <summary>Plans a fit.</summary>
    public static FitPlan Of(Table table, TableSchema schema, FitConfig config, int threads)
    {
        var modelled = schema.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var carried = schema.Carried.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var missing = Enumerable.Range(0, table.Columns).Select(column => Missing(table, column)).ToArray();
        var positions = Enumerable.Range(0, table.Columns).Where(column => modelled.ContainsKey(table.Header[column])).ToArray();
        var patterns = MasksOf(table, positions)
            .Select(mask => new PlannedPattern(mask.Value, [.. positions.Where((_, i) => mask.Key[i] == '0').Select(column => table.Header[column])]))
            .OrderByDescending(pattern => pattern.Rows).ToArray();
        var cost = config.IsPaper ? null : FitCost.Of(schema, table.Rows, config, threads);
        return new FitPlan
        {
            Rows = table.Rows,
            CompleteRows = patterns.FirstOrDefault(pattern => pattern.Missing.Count == 0)?.Rows ?? 0,
            MissingCells = table.MissingCells,
            Columns = [.. table.Header.Select((name, i) => modelled.TryGetValue(name, out var column)
                ? new PlannedColumn(name, missing[i], Becomes(column), Modelled: true)
                : new PlannedColumn(name, missing[i], $"carried through: {CarriedSentence.Reason(carried[name].Reason)}", Modelled: false))],
            Patterns = [.. patterns.Where(pattern => pattern.Missing.Count > 0).Take(MostPatterns)],
            PatternCount = patterns.Length,
            GaussianColumns = cost?.Columns ?? schema.Modelled.Count,
            SecondsFrom = cost?.Seconds / FitCost.Factor,
            SecondsTo = cost?.Seconds * FitCost.Factor,
            Megabytes = cost?.Megabytes,
        };
    }

    /// <summary>The columns, as a table.</summary>
    public Spectre.Console.Table ColumnTable()
    {
        var shown = new Spectre.Console.Table().Border(TableBorder.Simple).AddColumns("column", "missing", "what it would be");
        foreach (var column in Columns)
        {
            var share = string.Create(CultureInfo.InvariantCulture, $"{column.Missing} ({(double)column.Missing / Rows:P1})");
            if (column.Missing == 0) share = "";
            shown.AddRow(Markup.Escape(column.Name), share, Markup.Escape(column.Becomes));
        }

        return shown;
    }

    /// <summary>The rest, as a table.</summary>
    public Spectre.Console.Table Overview() => Terminal.Listing([
        ("rows", $"{Rows}, {CompleteRows} of them complete; {MissingCells} cells missing"),
        ("patterns", $"{PatternCount} of missing cells"),
        .. Patterns.Select(pattern =>
            ($"  {pattern.Rows} {(pattern.Rows == 1 ? "row" : "rows")} without", Listing.Of(pattern.Missing, name => $"'{name}'"))),
        ("model", $"{GaussianColumns} Gaussian columns"),
        ("time", SecondsFrom is { } from && SecondsTo is { } to ? $"{Rounded(from)} to {Rounded(to)} s" : "as long as the configuration's epochs take"),
        .. Megabytes is { } memory ? new[] { ("memory", $"about {Rounded(memory)} MB") } : []]);

    // How many rows have each mask: a character for each column, 0 where it is missing.
    private static Dictionary<string, int> MasksOf(Table table, int[] columns)
    {
        var masks = new Dictionary<string, int>(StringComparer.Ordinal);
        var known = masks.GetAlternateLookup<ReadOnlySpan<char>>();
        var mask = new char[columns.Length];
        for (var row = 0; row < table.Rows; row++)
        {
            for (var i = 0; i < columns.Length; i++) mask[i] = table.IsMissing(row, columns[i]) ? '0' : '1';
            CollectionsMarshal.GetValueRefOrAddDefault(known, mask, out _)++;
        }

        return masks;
    }

    private static int Missing(Table table, int column) => Enumerable.Range(0, table.Rows).Count(row => table.IsMissing(row, column));

    private static string Rounded(double value)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(value, 1))) - 1));
        return (Math.Max(1, Math.Round(value / unit) * unit)).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string Becomes(ColumnSchema column) => column switch
    {
        { IsConstant: true } => "constant: imputed by its value",
        { IsDiscrete: true } => $"{column.Type.ToString().ToLowerInvariant()}: {Listing.Of(column.Levels!, level => level, 40)}",
        { Notation.IsDate: true } => "date",
        _ => $"{(column.Type == ColumnType.Integer ? "whole number" : "number")}, {column.Minimum:G6} to {column.Maximum:G6}{Unit(column)}",
    };

    private static string Unit(ColumnSchema column) => column.Notation?.Unit is { Length: > 0 } unit ? $", in {unit.Trim()}" : "";
}

/// <summary>A column of the table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Missing">Its missing cells.</param>
/// <param name="Becomes">What it would be to the model, or why it takes no part.</param>
/// <param name="Modelled">Whether it takes part.</param>
internal sealed record PlannedColumn(string Name, int Missing, string Becomes, bool Modelled);

/// <summary>Rows that miss the same cells.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Missing">The columns they miss.</param>
internal sealed record PlannedPattern(int Rows, IReadOnlyList<string> Missing);
