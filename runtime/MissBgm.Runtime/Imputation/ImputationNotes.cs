using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// Says in sentences what was decided in an imputation that neither the table nor the user says, and which cells are less certain than they
/// look.
/// </summary>
public static class ImputationNotes
{
    /// <summary>What was decided about columns and cells.</summary>
    /// <param name="imputed">The imputed table.</param>
    /// <param name="unknown">Columns that the training table had not.</param>
    public static IEnumerable<string> OfTable(ImputedTable imputed, IReadOnlyList<string>? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        return OfTable(ImputationTotals.Of(imputed), unknown);
    }

    internal static IEnumerable<string> OfTable(ImputationTotals imputed, IReadOnlyList<string>? unknown)
    {
        foreach (var note in imputed.Notes) yield return note;
        if (imputed.Report.Carried.Count > 0) yield return CarriedSentence.Describe(imputed.Report.Carried);
        if (unknown is { Count: > 0 }) yield return $"not in the training table, so carried through untouched: {Listed(unknown)}.";
        foreach (var (column, levels) in imputed.Report.Unseen)
        {
            yield return
                $"column '{column}': {levels.Cells} {(levels.Cells == 1 ? "cell holds a level" : "cells hold levels")} that training had not "
                + $"({Listed(levels.Levels)}); counted as unknown, written back as it stands.";
        }

        if (imputed.Report.KeptEmpty > 0) yield return $"{imputed.Report.KeptEmpty} missing cells stay empty, as --keep-empty says.";
    }

    /// <summary>What has to be known of columns and rows that are imputed otherwise than the rest.</summary>
    public static IEnumerable<string> OfCells(ImputedTable imputed)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        return OfCells(ImputationTotals.Of(imputed));
    }

    internal static IEnumerable<string> OfCells(ImputationTotals imputed)
    {
        var report = imputed.Report;
        if (report.ConstantColumns.Count > 0) yield return $"with one value throughout, by which they were imputed: {Listed(report.ConstantColumns)}.";
        if (report.CrowdedColumns.Count > 0)
        {
            yield return "more levels than the network has room for, so they entered as codes in their order: "
                + $"{Listed(report.CrowdedColumns)}. Merge levels where you can.";
        }

        if (report.EmptyRows.Count > 0)
        {
            var lines = Listing.Of(imputed.EmptyLines, line => $"{line}");
            yield return $"without an observed value, so imputed from the model's prior: line {lines}.";
        }
    }

    /// <summary>How many cells carry a note, and of what kinds; null if none does.</summary>
    public static string? Uncertain(ImputedTable imputed)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        return Uncertain(ImputationTotals.Of(imputed));
    }

    internal static string? Uncertain(ImputationTotals imputed)
    {
        if (imputed.NotedCells == 0) return null;
        var kinds = imputed.NoteKinds.OrderByDescending(kind => kind.Value).Take(4);
        return $"{imputed.NotedCells} of {imputed.Cells} cells are less certain than they look "
            + $"({string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Value}"))}); "
            + "the column 'note' of --intervals says which and why.";
    }

    private static string Listed(IReadOnlyList<string> names) => Listing.Of(names, name => $"'{name}'");
}
