using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>A model at work on one table: chunks of rows that are imputed independently of one another, several at once.</summary>
internal interface IImputationRun
{
    /// <summary>The table's columns.</summary>
    TableSchema Schema { get; }

    /// <summary>The table as the model sees it.</summary>
    EncodedTable Table { get; }

    /// <summary>Chains of each missing cell.</summary>
    int Chains { get; }

    /// <summary>Draws of each chain; 0 where only the mode is asked for.</summary>
    int Draws { get; }

    /// <summary>Number of chunks.</summary>
    int Chunks { get; }

    /// <summary>Steps of all chunks together, for progress.</summary>
    long Steps { get; }

    /// <summary>Categorical columns of more levels than the model has room for: their levels are codes in their order.</summary>
    IReadOnlyList<string> CrowdedColumns => [];

    /// <summary>How much of what a pretrained network learned counts; null for other models, and where nothing was drawn.</summary>
    FlowTrust? Trust => null;

    /// <summary>Imputes one chunk.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="step">Called after each step.</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    ChunkPosterior Impute(int chunk, Action step, CancellationToken cancellation);
}
