using System.Numerics;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Tables;

/// <summary>
/// Fills missing cells with the mean of the k nearest rows that have the value (Troyanskaya et al., Bioinformatics 2001), as scikit-learn's
/// KNNImputer does with uniform weights: the starting completion of MissBGM (Appendix E.2).
/// </summary>
/// <remarks>
/// The distance of two rows is nan-Euclidean: sqrt(p / c * sum of squared differences) over the c columns in which both are observed.
/// Rows that share no observed column are no neighbours; a cell whose row has no neighbour gets the column mean. Ties go to the earlier row.
/// </remarks>
public static class KnnImputer
{
    /// <summary>Completes a table.</summary>
    /// <param name="table">The encoded table, [n, p].</param>
    /// <param name="neighbours">k.</param>
    /// <param name="cancel">Ends it: all pairs of rows take long where the table is tall.</param>
    /// <returns>Completed values, row-major [n, p]; observed cells are unchanged, and a column never observed is 0.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static float[] Complete(EncodedTable table, int neighbours, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        var completed = (float[])table.Values.Clone();
        var means = ColumnMeans(table);
        ParallelLoop.For(
            table.Rows, Environment.ProcessorCount, () => new ulong[table.Rows],
            (order, row) => CompleteRow(table, row, neighbours, means, order, completed), cancel);
        return completed;
    }

    private static void CompleteRow(EncodedTable table, int row, int neighbours, float[] means, ulong[] order, float[] completed)
    {
        var p = table.Columns;
        var observed = table.Observed.AsSpan(row * p, p);
        if (!observed.Contains(0f))
        {
            return;
        }

        var sorted = SortByDistance(table, row, order);
        for (var column = 0; column < p; column++)
        {
            if (observed[column] == 0)
            {
                completed[row * p + column] = DonorMean(table, column, neighbours, sorted) ?? means[column];
            }
        }
    }

    // Keys order rows by squared distance, then by position: the bits of a non-negative float are monotone in its value.
    private static Span<ulong> SortByDistance(EncodedTable table, int row, ulong[] order)
    {
        var count = 0;
        for (var other = 0; other < table.Rows; other++)
        {
            var (squares, common) = Compare(table, row, other);
            if (common > 0)
            {
                order[count++] = ((ulong)BitConverter.SingleToUInt32Bits(squares / common) << 32) | (uint)other;
            }
        }

        var sorted = order.AsSpan(0, count);
        sorted.Sort();
        return sorted;
    }

    private static float? DonorMean(EncodedTable table, int column, int neighbours, ReadOnlySpan<ulong> sorted)
    {
        var sum = 0.0;
        var found = 0;
        for (var i = 0; i < sorted.Length && found < neighbours; i++)
        {
            var cell = (int)(uint)sorted[i] * table.Columns + column;
            if (table.Observed[cell] != 0)
            {
                sum += table.Values[cell];
                found++;
            }
        }

        return found == 0 ? null : (float)(sum / found);
    }

    // Sum of squared differences over the columns both rows have, and the number of those columns.
    private static (float Squares, float Common) Compare(EncodedTable table, int a, int b)
    {
        var p = table.Columns;
        var valuesA = table.Values.AsSpan(a * p, p);
        var valuesB = table.Values.AsSpan(b * p, p);
        var observedA = table.Observed.AsSpan(a * p, p);
        var observedB = table.Observed.AsSpan(b * p, p);
        var squares = Vector<float>.Zero;
        var common = Vector<float>.Zero;
        var column = 0;
        for (; column <= p - Vector<float>.Count; column += Vector<float>.Count)
        {
            var both = new Vector<float>(observedA[column..]) * new Vector<float>(observedB[column..]);
            var difference = new Vector<float>(valuesA[column..]) - new Vector<float>(valuesB[column..]);
            squares += both * difference * difference;
            common += both;
        }

        var (sum, count) = (Vector.Sum(squares), Vector.Sum(common));
        for (; column < p; column++)
        {
            var both = observedA[column] * observedB[column];
            var difference = valuesA[column] - valuesB[column];
            sum += both * difference * difference;
            count += both;
        }

        return (sum, count);
    }

    private static float[] ColumnMeans(EncodedTable table)
    {
        var means = new float[table.Columns];
        for (var column = 0; column < table.Columns; column++)
        {
            var (sum, count) = (0.0, 0.0);
            for (var cell = column; cell < table.Values.Length; cell += table.Columns)
            {
                sum += table.Values[cell] * table.Observed[cell];
                count += table.Observed[cell];
            }

            means[column] = count == 0 ? 0 : (float)(sum / count);
        }

        return means;
    }
}
