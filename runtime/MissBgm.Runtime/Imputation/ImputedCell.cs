namespace MissBgm.Runtime.Imputation;

/// <summary>What is known of one missing cell, in the column's original units; NaN where it was not computed.</summary>
/// <param name="Row">0-based data row.</param>
/// <param name="Column">0-based column of the table.</param>
/// <param name="Mean">Posterior mean.</param>
/// <param name="Sd">Posterior standard deviation.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Map">The value at the joint mode (maximum a posteriori).</param>
/// <param name="RHat">Rank-normalised split R-hat.</param>
/// <param name="Ess">Bulk effective sample size.</param>
/// <param name="TailEss">Tail effective sample size.</param>
public readonly record struct ImputedCell(
    int Row, int Column, double Mean, double Sd, double Lower, double Upper, double Map, double RHat, double Ess, double TailEss = double.NaN);
