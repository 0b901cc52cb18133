using MissBgm.Report.Findings;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>The report of an imputation: one HTML file that needs nothing but a browser. The same imputation gives the same bytes.</summary>
public static class ImputationPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="findings">What there is to say.</param>
    public static void Write(Stream stream, ImputationFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(Page.Of(
            $"Imputation of {Path.GetFileName(findings.Table.Source)}",
            Lead(findings),
            [
                ("table", "The table", TableSection.Of(findings)),
                ("choice", "What was chosen, and why", ChoiceSection.Of(findings)),
                ("distributions", "Observed and imputed", DistributionSection.Of(findings)),
                ("convergence", "Convergence", ConvergenceSection.Of(findings)),
                ("cells", "The most uncertain cells", CellsSection.Of(findings)),
                ("sensitivity", "If values are missing for another reason", SensitivitySection.Of(findings)),
                ("settings", "Settings, versions, hashes", SettingsSection.Of(findings)),
                ("citation", "How to cite", Citation.Of(findings.Manifest is not null, findings.ToolVersion)),
            ]));
    }

    private static Html Lead(ImputationFindings findings)
    {
        var imputed = findings.Imputed.Cells.Count;
        var (kind, verdict) = Verdict(findings);
        return Html.Of(
            $"""
            <p class="eyebrow">Imputation report · MissBGM Toolchain {findings.ToolVersion}</p>
            <h1>{Path.GetFileName(findings.Table.Source)}</h1>
            <p class="lead">{Figure.Count(imputed, "cells:count")} of {Figure.Count(findings.MissingCells, "table:missing_cells")} missing cells imputed, in {Figure.Count(findings.ImputedColumns.Count, "cells:columns")} of {Figure.Count(findings.Table.Columns, "table:columns")} columns and {Figure.Count(findings.Rows, "table:rows")} rows.</p>
            <p class="verdict {kind}">{verdict}</p>
            """);
    }

    private static (string Kind, string Words) Verdict(ImputationFindings findings)
    {
        if (findings.Imputed.Cells.Count == 0) return ("plain", "No cell was imputed");
        if (findings.Imputed.Report.Draws == 0) return ("plain", "Modes only: nothing was sampled");
        if (!findings.Model.DrawsChains) return ("plain", "Independent draws of a pretrained network");
        return ConvergenceSentence.Faults(findings.Imputed).Any() ? ("bad", "Look at the convergence") : ("good", "All cells have converged");
    }
}
