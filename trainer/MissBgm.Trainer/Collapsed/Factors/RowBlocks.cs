using MissBgm.Runtime.Models;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>
/// Rows split into blocks that depend on their number alone; blocks run on any number of threads, and their partial sums are added in block
/// order, so results are the same bits whatever the thread count.
/// </summary>
internal static class RowBlocks
{
    private const int MostBlocks = 64;

    /// <summary>Rows per block for <paramref name="rows"/> rows: at least <paramref name="smallest"/>, at most 64 blocks.</summary>
    public static int Size(int rows, int smallest) => Math.Max(smallest, (rows + MostBlocks - 1) / MostBlocks);

    /// <summary>Number of blocks.</summary>
    public static int Count(int rows, int blockSize) => (rows + blockSize - 1) / blockSize;

    /// <summary>Runs every block once; a workspace is made per thread.</summary>
    /// <param name="rows">Rows to cover.</param>
    /// <param name="blockSize">Rows per block.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="workspace">Makes a thread's scratch memory.</param>
    /// <param name="body">Receives workspace, block index, first row and one past the last row.</param>
    public static void Run<TWorkspace>(int rows, int blockSize, int threads, Func<TWorkspace> workspace, Action<TWorkspace, int, int, int> body)
    {
        var blocks = Count(rows, blockSize);
        if (threads <= 1 || blocks <= 1)
        {
            var scratch = workspace();
            for (var block = 0; block < blocks; block++) body(scratch, block, block * blockSize, Math.Min(rows, (block + 1) * blockSize));
            return;
        }

        ParallelLoop.For(
            blocks, threads, workspace, (scratch, block) => body(scratch, block, block * blockSize, Math.Min(rows, (block + 1) * blockSize)),
            CancellationToken.None);
    }

    /// <summary>Adds the blocks' partial sums into the first, in order.</summary>
    public static double[] Sum(double[][] partials)
    {
        var total = partials[0];
        foreach (var partial in partials.AsSpan(1))
        {
            for (var i = 0; i < total.Length; i++) total[i] += partial[i];
        }

        return total;
    }
}
