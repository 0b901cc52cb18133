namespace MissBgm.Runtime.Tables;

/// <summary>A table as the model sees it: the columns that are modelled (<see cref="TableSchema.Modelled"/>), and which of their cells are observed.</summary>
/// <param name="Rows">Number of rows, N.</param>
/// <param name="Columns">Number of encoded columns, p.</param>
/// <param name="Values">Standardised values, in discrete columns the level's number from 0; row-major [N, p]; 0 where a cell is missing.</param>
/// <param name="Observed">Row-major [N, p]: 1 where a cell is observed, 0 where it is missing (the papers' r).</param>
public sealed record EncodedTable(int Rows, int Columns, float[] Values, float[] Observed)
{
    /// <summary>The discrete columns, which are the last of the columns.</summary>
    public IReadOnlyList<DiscreteColumn> Discrete { get; init; } = [];
}

/// <summary>A column whose values are the numbers of its levels.</summary>
/// <param name="Levels">Number of levels.</param>
/// <param name="Ordered">Whether the levels have an order.</param>
public readonly record struct DiscreteColumn(int Levels, bool Ordered);
