using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>The cells that are known least, and those with something against them.</summary>
internal static class CellsSection
{
    internal static Html Of(ImputationFindings findings)
    {
        var (numbers, levels) = (UncertainPicture.Worst(findings, discrete: false), UncertainPicture.Worst(findings, discrete: true));
        var noted = findings.Imputed.Cells.Where(cell => cell.Note.Length > 0).ToArray();
        if (numbers.Count + levels.Count + noted.Length == 0) return Html.Empty;
        return Html.Of(
            $"""
            {(numbers.Count == 0 ? Html.Empty : Html.Of($"<div class=\"wide\">{Pieces.Picture(UncertainPicture.Draw(findings), "uncertain", Html.Of($"Posterior means, and intervals that cover {1 - findings.Inference.Alpha:P0}."))}</div>{CellTable.Of(findings, "The most uncertain cells of numbers", numbers, discrete: false)}"))}
            {(levels.Count == 0 ? Html.Empty : CellTable.Of(findings, "The most uncertain cells of levels", levels, discrete: true))}
            {(ImputationNotes.Uncertain(findings.Imputed) is { } sentence ? Html.Of($"<h3>Cells less certain than they look</h3><p>{sentence}</p>{Noted(findings, noted)}") : Html.Empty)}
            """);
    }

    private static Html Noted(ImputationFindings findings, ImputedCell[] noted) => Html.Join(
        noted.Take(UncertainPicture.Most).GroupBy(cell => findings.Imputed.Schema[cell.Column]!.IsDiscrete).OrderBy(group => group.Key)
            .Select(group => CellTable.Of(findings, group.Key ? "Noted cells of levels" : "Noted cells of numbers", [.. group], group.Key)));
}
