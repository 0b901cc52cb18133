using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models;

/// <summary>Rows at their mode, where sampling starts.</summary>
/// <param name="Rows">The table's rows.</param>
/// <param name="Observed">r, row-major [rows, p].</param>
/// <param name="Latent">z, row-major [rows, d].</param>
/// <param name="Completed">x, row-major [rows, p].</param>
/// <param name="FittedRows">How many of the rows the fit has seen.</param>
internal sealed record StartingPoint(int[] Rows, float[] Observed, float[] Latent, float[] Completed, int FittedRows);

/// <summary>What a family of fitted models makes of some rows before it samples them.</summary>
internal interface IRowStart
{
    /// <summary>The rows at their mode.</summary>
    StartingPoint Mode { get; }

    /// <summary>Begins to sample.</summary>
    /// <param name="rows">The chains of the rows.</param>
    ISweep Sweep(StackedRows rows);
}
