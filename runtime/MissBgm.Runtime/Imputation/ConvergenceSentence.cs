using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Imputation;

/// <summary>Says in plain words whether an imputation's chains have converged, and what to do where they have not.</summary>
public static class ConvergenceSentence
{
    /// <summary>What is wrong, a sentence or two for each fault; none where all is well or nothing was sampled by chains.</summary>
    public static IEnumerable<string> Faults(ImputedTable imputed)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        return Faults(imputed.Report.Convergence, WorstCell(imputed));
    }

    /// <summary>The cell whose chains disagree most, in words; null where nothing was sampled by chains.</summary>
    public static string? WorstCell(ImputedTable imputed)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        if (imputed.Report.Convergence is not { WorstCell: >= 0 and var index }) return null;
        var worst = imputed.Cells[index];
        return $"data row {worst.Row + imputed.RowOffset}, column '{imputed.Source.Header[worst.Column]}'";
    }

    /// <summary>What is wrong, a sentence or two for each fault; none where all is well or nothing was sampled by chains.</summary>
    /// <param name="verdict">Whether the chains have converged.</param>
    /// <param name="worstCell">The cell whose chains disagree most, in words.</param>
    public static IEnumerable<string> Faults(ConvergenceVerdict? verdict, string? worstCell)
    {
        if (verdict is null) yield break;
        if (!verdict.CanTell)
        {
            yield return
                $"{verdict.Draws} draws of each chain are too few to tell whether the cells have converged; "
                + $"{ConvergenceVerdict.EssPerChain} would do (--draws {ConvergenceVerdict.EssPerChain}), 1000 are usual.";
        }
        else if (verdict.Unconverged > 0)
        {
            yield return
                $"{verdict.Unconverged} of {verdict.Cells} cells have not converged: R-hat is up to {verdict.MaximumRHat:0.000} "
                + $"({worstCell}; at most {ConvergenceVerdict.RHatLimit} is good). Raise --draws and --burn-in.";
        }

        if (verdict is { CanTell: true, Imprecise: > 0 })
        {
            yield return
                $"{verdict.Imprecise} of {verdict.Cells} cells have few effective draws: down to {Math.Min(verdict.MinimumEss, verdict.MinimumTailEss):0} "
                + $"of {verdict.Draws * verdict.Chains} ({ConvergenceVerdict.EssPerChain * verdict.Chains} are good), "
                + $"so the ends of their intervals are less exact; --draws {verdict.EnoughDraws} would do.";
        }

        if (verdict.Divergences > 0)
        {
            yield return $"{verdict.Divergences} updates diverged after warm-up: draws may miss narrow parts of the posterior; "
                + "raise --burn-in.";
        }

        if (verdict.SlowEnergyChains > 0)
        {
            yield return $"{verdict.SlowEnergyChains} chains change energy slowly (E-BFMI below {ConvergenceVerdict.EnergyLimit}): "
                + "raise --draws.";
        }
    }

    /// <summary>How all is, in a few words.</summary>
    public static string Describe(ConvergenceVerdict? verdict)
    {
        if (verdict is null or { Cells: 0 }) return "not sampled";
        var converged = !verdict.CanTell ? "too few draws to tell"
            : verdict.Unconverged == 0 ? "all cells"
            : $"{verdict.Cells - verdict.Unconverged} of {verdict.Cells} cells";
        return $"{converged}; R-hat at most {verdict.MaximumRHat:0.000}, "
            + $"effective sample size {verdict.MinimumEss:0} or more"
            + (double.IsNaN(verdict.MedianEss) ? "" : $", median {verdict.MedianEss:0}");
    }
}
