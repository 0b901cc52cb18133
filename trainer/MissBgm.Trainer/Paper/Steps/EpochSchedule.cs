using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>Which rows each mini-batch of Algorithm 1 holds: every epoch is a fresh random order, cut into batches.</summary>
/// <param name="random">The fit's random numbers.</param>
/// <param name="rows">Rows of the table, n.</param>
/// <param name="batchSize">Rows of a batch, B.</param>
internal sealed class EpochSchedule(Philox random, int rows, int batchSize)
{
    /// <summary>Start and size of each batch within an epoch's order.</summary>
    /// <remarks>
    /// A last batch of a single row joins the one before it: batch normalisation by the statistics of one row would map every z to the same point.
    /// </remarks>
    public IReadOnlyList<(int Start, int Count)> Batches { get; } = Cut(rows, batchSize);

    /// <summary>The rows in an epoch's order.</summary>
    public int[] Order(int epoch) => random.Permutation(rows, RandomPurpose.Shuffle, epoch);

    /// <summary>The batch, counted over all epochs, in which an epoch visits each of some rows.</summary>
    public long[] BatchOf(int epoch, int[] wanted)
    {
        var batchOf = new long[rows];
        var order = Order(epoch);
        for (var position = 0; position < rows; position++)
        {
            batchOf[order[position]] = (long)epoch * Batches.Count + Math.Min(position / batchSize, Batches.Count - 1);
        }

        return Array.ConvertAll(wanted, row => batchOf[row]);
    }

    private static List<(int Start, int Count)> Cut(int rows, int batchSize)
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
}
