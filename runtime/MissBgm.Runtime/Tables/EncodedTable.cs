namespace MissBgm.Runtime.Tables;

/// <summary>A table as the model sees it: the columns that are modelled (<see cref="TableSchema.Modelled"/>), and which of their cells are observed.</summary>
/// <param name="Rows">Number of rows, N.</param>
/// <param name="Columns">Number of encoded columns, p.</param>
/// <param name="Values">Standardised values, in discrete columns the level's number from 0; row-major [N, p]; 0 where a cell is missing.</param>
/// <param name="Observed">Row-major [N, p]: 1 where a cell is observed, 0 where it is missing (the papers' r).</param>
public sealed record EncodedTable(int Rows, int Columns, float[] Values, float[] Observed);
