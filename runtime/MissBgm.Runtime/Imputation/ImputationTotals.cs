using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>What was done to the rows of a table that was imputed at once or part by part; rows are those of the whole table.</summary>
internal sealed class ImputationTotals
{
    private const int ShownLevels = 5;
    private readonly Dictionary<string, int> _noteKinds = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private readonly List<int> _emptyLines = [];
    private double _worstRHat = double.NaN;

    private ImputationTotals(ImputedTable first)
    {
        (Source, FirstRow, Report) = (first.Source, first.RowOffset + first.FirstRow, OfWholeTable(first));
        Take(first);
    }

    /// <summary>The table, or its first part.</summary>
    internal Table Source { get; }

    /// <summary>The first row that was imputed.</summary>
    internal int FirstRow { get; }

    /// <summary>The row after the last.</summary>
    internal int EndRow { get; private set; }

    /// <summary>Cells that were imputed.</summary>
    internal int Cells { get; private set; }

    /// <summary>How they were.</summary>
    internal ImputeReport Report { get; private set; }

    /// <summary>The cell whose chains disagree most, in words; null where nothing was sampled by chains.</summary>
    internal string? WorstCell { get; private set; }

    /// <summary>What was decided in reading.</summary>
    internal IReadOnlyList<string> Notes => _notes;

    /// <summary>The lines of rows without an observed value.</summary>
    internal IReadOnlyList<int> EmptyLines => _emptyLines;

    /// <summary>Cells that are less certain than they look, by kind.</summary>
    internal IReadOnlyDictionary<string, int> NoteKinds => _noteKinds;

    /// <summary>Cells that are less certain than they look.</summary>
    internal int NotedCells => _noteKinds.Values.Sum();

    /// <summary>The totals of one imputed table.</summary>
    internal static ImputationTotals Of(ImputedTable table) => new(table);

    /// <summary>Adds the next part.</summary>
    internal void Add(ImputedTable part)
    {
        Report = Joined(Report, OfWholeTable(part));
        Take(part);
    }

    private void Take(ImputedTable part)
    {
        EndRow = part.RowOffset + part.EndRow;
        Cells = checked(Cells + part.Cells.Count);
        _notes.AddRange(part.Source.Notes.Except(_notes, StringComparer.Ordinal));
        _emptyLines.AddRange(part.Report.EmptyRows.Select(part.Source.Line));
        foreach (var kind in part.Cells.Where(cell => cell.Note.Length > 0).Select(cell => cell.Note.Split(':', ';')[0].Split(" with ")[0]))
        {
            _noteKinds[kind] = _noteKinds.GetValueOrDefault(kind) + 1;
        }

        if (ConvergenceSentence.WorstCell(part) is not { } cell || part.Report.Convergence!.MaximumRHat <= _worstRHat) return;
        (WorstCell, _worstRHat) = (cell, part.Report.Convergence.MaximumRHat);
    }

    private static ImputeReport OfWholeTable(ImputedTable part) =>
        part.RowOffset == 0 ? part.Report : part.Report with { EmptyRows = [.. part.Report.EmptyRows.Select(row => row + part.RowOffset)] };

    private static ImputeReport Joined(ImputeReport before, ImputeReport part) => before with
    {
        FittedRows = before.FittedRows + part.FittedRows,
        NewRows = before.NewRows + part.NewRows,
        EmptyRows = [.. before.EmptyRows, .. part.EmptyRows],
        ConstantColumns = [.. before.ConstantColumns.Union(part.ConstantColumns)],
        Unseen = before.Unseen.Concat(part.Unseen).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(
            group => group.Key,
            group => new UnseenLevels(group.Sum(levels => levels.Cells), [.. group.SelectMany(levels => levels.Levels).Distinct().Take(ShownLevels)])),
        KeptEmpty = before.KeptEmpty + part.KeptEmpty,
        Updates = before.Updates.Concat(part.Updates).GroupBy(pair => pair.Key, pair => pair.Value)
            .ToDictionary(group => group.Key, group => group.Aggregate((sum, tally) => sum.Add(tally))),
        Convergence = before.Convergence is { } verdict && part.Convergence is { } next ? ConvergenceVerdict.OfParts([verdict, next]) : null,
        Seconds = before.Seconds + part.Seconds,
    };
}
