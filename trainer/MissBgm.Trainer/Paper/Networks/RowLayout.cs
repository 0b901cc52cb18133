using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>
/// How a table's rows stand before the networks: continuous columns as they are, then each discrete column one-hot. A table without discrete columns
/// stands as it is.
/// </summary>
/// <param name="Continuous">Number of continuous columns, c.</param>
/// <param name="Discrete">The discrete columns.</param>
public sealed record RowLayout(int Continuous, IReadOnlyList<DiscreteColumn> Discrete)
{
    /// <summary>Number of columns, p.</summary>
    public int Columns => Continuous + Discrete.Count;

    /// <summary>Sum of the discrete columns' levels, L.</summary>
    public int Levels { get; } = Discrete.Sum(column => column.Levels);

    /// <summary>Width of an encoded row, c + L.</summary>
    public int Width => Continuous + Levels;

    /// <summary>The column that each place of an encoded row belongs to, [c + L].</summary>
    public long[] ColumnOf { get; } =
        [
            .. Enumerable.Range(0, Continuous).Select(j => (long)j),
            .. Discrete.SelectMany((column, j) => Enumerable.Repeat((long)(Continuous + j), column.Levels)),
        ];

    /// <summary>The first place of each discrete column.</summary>
    public int[] Starts { get; } = [.. Discrete.Select((_, j) => Continuous + Discrete.Take(j).Sum(column => column.Levels))];

    /// <summary>The layout of a table's rows.</summary>
    public static RowLayout Of(EncodedTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new RowLayout(table.Columns - table.Discrete.Count, table.Discrete);
    }

    /// <summary>A table's rows one-hot, zeros where a level is missing; the mask of each place is its column's.</summary>
    public EncodedTable Expand(EncodedTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (Discrete.Count == 0) return table;
        var (values, observed) = (new float[table.Rows * Width], new float[table.Rows * Width]);
        for (var row = 0; row < table.Rows; row++)
        {
            for (var place = 0; place < Width; place++) observed[row * Width + place] = table.Observed[row * Columns + ColumnOf[place]];
            table.Values.AsSpan(row * Columns, Continuous).CopyTo(values.AsSpan(row * Width));
            for (var j = 0; j < Discrete.Count; j++)
            {
                var cell = row * Columns + Continuous + j;
                if (table.Observed[cell] != 0) values[row * Width + Starts[j] + (int)table.Values[cell]] = 1;
            }
        }

        return new EncodedTable(table.Rows, Width, values, observed);
    }

    /// <summary>Encoded rows as columns again: of each discrete one the number of its largest place, the first of equals.</summary>
    /// <param name="encoded">Row-major [n, c + L].</param>
    /// <returns>Row-major [n, p].</returns>
    public float[] Numbers(float[] encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (Discrete.Count == 0) return encoded;
        var rows = encoded.Length / Width;
        var numbers = new float[rows * Columns];
        for (var row = 0; row < rows; row++)
        {
            encoded.AsSpan(row * Width, Continuous).CopyTo(numbers.AsSpan(row * Columns));
            for (var j = 0; j < Discrete.Count; j++)
            {
                var places = encoded.AsSpan(row * Width + Starts[j], Discrete[j].Levels);
                var best = 0;
                for (var level = 1; level < places.Length; level++) best = places[level] > places[best] ? level : best;
                numbers[row * Columns + Continuous + j] = best;
            }
        }

        return numbers;
    }

    /// <summary>Encoded rows with each discrete column at its largest place.</summary>
    /// <param name="encoded">Row-major [n, c + L].</param>
    public float[] Decided(float[] encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (Discrete.Count == 0) return encoded;
        var rows = encoded.Length / Width;
        return Expand(new EncodedTable(rows, Columns, Numbers(encoded), [.. Enumerable.Repeat(1f, rows * Columns)])).Values;
    }
}
