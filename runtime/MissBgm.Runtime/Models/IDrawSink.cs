using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Models;

/// <summary>Takes the draws of missing cells as they are made; called from several threads at once, once for each cell.</summary>
public interface IDrawSink
{
    /// <summary>Is told the size of what is to come, before any draw.</summary>
    /// <param name="cells">Number of missing cells.</param>
    /// <param name="chains">Chains of each.</param>
    /// <param name="draws">Draws of each chain.</param>
    void Begin(int cells, int chains, int draws);

    /// <summary>Takes all draws of a cell.</summary>
    /// <param name="cell">The cell's index among the missing cells of the imputed rows in row-major order.</param>
    /// <param name="draws">In original units, the level's number from 0 in a discrete column; chain after chain, [chains, draws].</param>
    void Take(int cell, ReadOnlySpan<float> draws);

    /// <summary>Takes all draws of a cell, and how well its chains explored it; who does not ask for that takes the draws alone.</summary>
    /// <param name="cell">The cell's index among the missing cells of the imputed rows in row-major order.</param>
    /// <param name="draws">As above.</param>
    /// <param name="convergence">R-hat and effective sample sizes; NaN where draws are no chains.</param>
    void Take(int cell, ReadOnlySpan<float> draws, ConvergenceSummary convergence) => Take(cell, draws);
}
