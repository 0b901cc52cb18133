using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>
/// The warm start's batches: one random order of the rows after the other, cut into batches of equal size without regard to where an order ends
/// (as the authors' sampler does, up to the moment of the reshuffle).
/// </summary>
/// <param name="random">The fit's random numbers.</param>
/// <param name="rows">Rows of the table.</param>
/// <param name="batchSize">Rows of a batch.</param>
internal sealed class EndlessBatches(Philox random, int rows, int batchSize)
{
    private long _pass = -1;
    private int[] _order = [];

    /// <summary>The rows of a batch.</summary>
    /// <param name="batch">Index of the batch, from 0.</param>
    public long[] Rows(long batch)
    {
        var picked = new long[batchSize];
        for (var i = 0; i < batchSize; i++)
        {
            var (pass, position) = Math.DivRem(batch * batchSize + i, rows);
            if (pass != _pass)
            {
                (_pass, _order) = (pass, random.Permutation(rows, RandomPurpose.WarmStart, pass));
            }

            picked[i] = _order[position];
        }

        return picked;
    }
}
