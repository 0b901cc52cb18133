using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Fitting;

/// <summary>The rows' order in each pass of training.</summary>
internal static class RowStream
{
    /// <summary>The mini-batches of one pass over n rows: their start and size.</summary>
    /// <remarks>
    /// A last batch of a single row joins the one before it: batch normalisation by the statistics of one row would map every z to the same point.
    /// </remarks>
    public static IReadOnlyList<(int Start, int Count)> Batches(int rows, int batchSize)
    {
        var batches = new List<(int Start, int Count)>();
        for (var start = 0; start < rows; start += batchSize)
        {
            batches.Add((start, Math.Min(batchSize, rows - start)));
        }

        if (batches.Count > 1 && batches[^1].Count == 1)
        {
            batches.RemoveAt(batches.Count - 1);
            batches[^1] = (batches[^1].Start, batches[^1].Count + 1);
        }

        return batches;
    }

    /// <summary>
    /// A batch of the endless stream of the warm start: one random order of the rows after the other, cut into batches of equal size without
    /// regard to where an order ends (as the authors' sampler does, up to the moment of the reshuffle).
    /// </summary>
    /// <param name="random">The fit's random numbers.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="batch">Index of the batch in the stream.</param>
    public static long[] Endless(Philox random, int rows, int batchSize, long batch)
    {
        var picked = new long[batchSize];
        var (pass, order) = (-1L, Array.Empty<int>());
        for (var i = 0; i < batchSize; i++)
        {
            var (quotient, remainder) = Math.DivRem(batch * batchSize + i, rows);
            if (quotient != pass)
            {
                (pass, order) = (quotient, random.Permutation(rows, RandomPurpose.WarmStart, quotient));
            }

            picked[i] = order[remainder];
        }

        return picked;
    }
}
