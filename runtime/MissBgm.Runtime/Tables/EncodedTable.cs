using MissBgm.Runtime.Numerics;

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

    /// <summary>Cells of discrete columns whose level the training table does not have, by column: they count as missing, and are not imputed.</summary>
    public IReadOnlyDictionary<string, UnseenLevels> Unseen { get; init; } = new Dictionary<string, UnseenLevels>();

    /// <summary>Whether a row has a missing cell.</summary>
    internal bool HasMissing(int row) => Observed.AsSpan(row * Columns, Columns).Contains(0f);

    /// <summary>Whether no cell of a row is observed.</summary>
    internal bool IsEmpty(int row) => !Observed.AsSpan(row * Columns, Columns).Contains(1f);

    /// <summary>Chosen rows.</summary>
    internal EncodedTable Select(int[] rows) =>
        this with { Rows = rows.Length, Values = RowMajor.Gather(Values, rows, Columns), Observed = RowMajor.Gather(Observed, rows, Columns) };

    /// <summary>Chosen rows and columns.</summary>
    internal EncodedTable Select(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        var values = new float[rows.Length * columns.Length];
        var observed = new float[values.Length];
        var at = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                values[at] = Values[row * Columns + column];
                observed[at++] = Observed[row * Columns + column];
            }
        }

        return new EncodedTable(rows.Length, columns.Length, values, observed);
    }
}

/// <summary>Levels that the training table does not have.</summary>
/// <param name="Cells">Cells that hold one.</param>
/// <param name="Levels">The levels.</param>
public sealed record UnseenLevels(int Cells, IReadOnlyList<string> Levels);

/// <summary>A column whose values are the numbers of its levels.</summary>
/// <param name="Levels">Number of levels.</param>
/// <param name="Ordered">Whether the levels have an order.</param>
public readonly record struct DiscreteColumn(int Levels, bool Ordered);
