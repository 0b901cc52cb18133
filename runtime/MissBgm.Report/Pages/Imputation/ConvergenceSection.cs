using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>Whether the chains have converged: R-hat, effective sample sizes, the draws of the worst cells.</summary>
internal static class ConvergenceSection
{
    internal static Html Of(ImputationFindings findings)
    {
        var report = findings.Imputed.Report;
        if (findings.Imputed.Cells.Count == 0) return Html.Empty;
        if (!findings.Model.DrawsChains)
        {
            return Html.Of(
                $"<p>Draws of a pretrained network are independent of one another: there are no chains that could fail to "
                + $"converge. {Figure.Count(report.Draws, "run:draws")} draws of each cell were made, in antithetic pairs.</p>");
        }
        if (report.Convergence is not { Cells: > 0 } verdict) return Html.Of($"<p>Nothing was sampled, so there is nothing to converge.</p>");
        var faults = ConvergenceSentence.Faults(findings.Imputed).ToArray();
        return Html.Of(
            $"""
            {(faults.Length == 0 ? Html.Of($"<p>All {Figure.Count(verdict.Cells, "run:convergence.cells")} sampled cells have converged: R-hat is at most {ConvergenceVerdict.RHatLimit:0.00}, and effective draws are enough.</p>") : Pieces.Notes(faults))}
            <div class="wide">{Pieces.List([
                ("largest R-hat", Figure.Of(verdict.MaximumRHat, "run:convergence.maximum_r_hat", "0.0000")),
                ("effective draws, bulk", Html.Of($"{Figure.Of(verdict.MinimumEss, "run:convergence.minimum_ess", "#,0")} or more, median {Figure.Of(verdict.MedianEss, "run:convergence.median_ess", "#,0")}")),
                ("effective draws, tails", Html.Of($"{Figure.Of(verdict.MinimumTailEss, "run:convergence.minimum_tail_ess", "#,0")} or more")),
                ("cells not converged", Figure.Count(verdict.Unconverged, "run:convergence.unconverged")),
                ("cells with few effective draws", Figure.Count(verdict.Imprecise, "run:convergence.imprecise")),
                ("divergent updates", Figure.Count(verdict.Divergences, "run:convergence.divergences")),
                ("draws", Html.Of($"{Figure.Count(verdict.Chains, "run:convergence.chains")} chains of {Figure.Count(verdict.Draws, "run:convergence.draws")}")),
                .. report.Updates.Select(update => ($"acceptance, {update.Key}", Figure.Of(update.Value.Acceptance, $"run:acceptance.{update.Key}", "0.000"))),
            ])}{Pieces.Picture(ConvergencePicture.Cells(findings), "rhat", Html.Of($"Good cells lie below and to the right of the dashed lines (R-hat {ConvergenceVerdict.RHatLimit:0.00}, {ConvergenceVerdict.EssPerChain} effective draws a chain)."))}</div>
            <h3>The draws of the cells of largest R-hat</h3>
            <p>Chains that agree lie over one another without a trend.</p>
            <div class="pictures">{Html.Each(Enumerable.Range(0, findings.Draws.Traces.Count), rank => Trace(findings, rank))}</div>
            """);
    }

    private static Html Trace(ImputationFindings findings, int rank)
    {
        var cell = findings.Imputed.Cells[findings.Draws.Traces[rank].Cell];
        return Pieces.Picture(
            ConvergencePicture.Trace(findings, rank), $"t{rank}",
            Html.Of($"R-hat {CellTable.Field(findings, cell, "rhat")}, {CellTable.Field(findings, cell, "ess")} effective draws"));
    }
}
