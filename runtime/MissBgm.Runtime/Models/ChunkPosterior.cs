using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models;

/// <summary>What a model says of one chunk of rows.</summary>
/// <param name="Cells">Its missing cells of modelled columns, in row-major order.</param>
internal sealed record ChunkPosterior(IEnumerable<CellPosterior> Cells)
{
    /// <summary>A chunk without missing cells.</summary>
    internal static ChunkPosterior Empty { get; } = new([]);

    /// <summary>Incomplete rows that the fit had seen.</summary>
    internal int FittedRows { get; init; }

    /// <summary>Incomplete rows that the model had not seen.</summary>
    internal int NewRows { get; init; }

    /// <summary>Chains of rows whose E-BFMI is low.</summary>
    internal int SlowEnergyChains { get; init; }

    /// <summary>What the updates after warm-up did, by the name of what they move.</summary>
    internal IReadOnlyDictionary<string, UpdateTally> Updates { get; init; } = new Dictionary<string, UpdateTally>();
}

/// <summary>What a model says of one missing cell, in the column's own values: original units, or a level's number.</summary>
/// <param name="Row">The table's row.</param>
/// <param name="Column">The modelled column.</param>
internal readonly record struct CellPosterior(int Row, int Column)
{
    /// <summary>The value at the joint mode; NaN for a model without.</summary>
    internal double Mode { get; init; } = double.NaN;

    /// <summary>
    /// Draws, chain after chain; empty where only the mode was asked for. The buffer is the reader's to change, until the next cell is
    /// asked for.
    /// </summary>
    internal double[] Draws { get; init; } = [];

    /// <summary>Mean and standard deviation where they are known better than from the draws.</summary>
    internal (double Mean, double Sd)? Moments { get; init; }

    /// <summary>How well the cell was explored; NaN where draws are no chains.</summary>
    internal ConvergenceSummary Convergence { get; init; } = new(double.NaN, double.NaN, double.NaN);
}
