using MissBgm.CommandLine;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>Says what was decided about a table's columns and cells that it does not say itself.</summary>
internal static class TableNotes
{
    /// <summary>Prints the notes of an imputation.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="imputed">The imputed table.</param>
    /// <param name="unknown">Columns that the training table had not.</param>
    internal static void Print(Terminal terminal, ImputedTable imputed, IReadOnlyList<string>? unknown = null)
    {
        foreach (var note in imputed.Source.Notes) terminal.Note(note);
        if (imputed.Report.Carried.Count > 0) terminal.Note(CarriedSentence.Describe(imputed.Report.Carried));
        if (unknown is { Count: > 0 }) terminal.Note($"not in the training table, so carried through untouched: {Listed(unknown)}.");
        foreach (var (column, levels) in imputed.Report.Unseen)
        {
            terminal.Note(
                $"column '{column}': {levels.Cells} {(levels.Cells == 1 ? "cell holds a level" : "cells hold levels")} that training had not "
                + $"({Listed(levels.Levels)}); counted as unknown, written back as it stands.");
        }

        if (imputed.Report.KeptEmpty > 0) terminal.Note($"{imputed.Report.KeptEmpty} missing cells stay empty, as --keep-empty says.");
    }

    private static string Listed(IReadOnlyList<string> names) => Listing.Of(names, name => $"'{name}'");
}
