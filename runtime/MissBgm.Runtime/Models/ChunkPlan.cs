using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Models;

/// <summary>
/// How rows are cut into chunks: a power of two of at most 512 rows, aligned to the absolute row index and dependent on the model and the
/// draws alone, so that results depend neither on threads nor on a split of the table at multiples of 512 rows.
/// </summary>
internal sealed class ChunkPlan
{
    /// <summary>Rows of all chains of a chunk at most: their activations stay in the processor's cache.</summary>
    private const int StackedRows = 256;

    /// <summary>Bytes of draws of a chunk at most.</summary>
    private const long DrawBytes = 64L << 20;

    internal ChunkPlan(InferenceSettings settings, int columns, bool mapOnly)
    {
        var chains = mapOnly ? 1 : settings.Chains;
        var bytesPerRow = mapOnly ? 0 : (long)sizeof(float) * columns * chains * settings.Draws;
        Rows = 512;
        while (Rows > 1 && (Rows * chains > StackedRows || Rows * bytesPerRow > DrawBytes)) Rows /= 2;
        BytesPerChunk = Rows * (bytesPerRow + sizeof(float) * 16L * columns * chains);
    }

    /// <summary>Rows of a chunk.</summary>
    internal int Rows { get; }

    /// <summary>Bytes of draws and state that one chunk needs at most, all of its cells being missing.</summary>
    internal long BytesPerChunk { get; }

    /// <summary>Refuses a run whose chunks do not fit the memory this process may use.</summary>
    /// <param name="threads">Chunks at once.</param>
    /// <exception cref="UserInputException">They do not fit.</exception>
    internal void RequireMemory(int threads)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (BytesPerChunk * threads > available)
        {
            throw new UserInputException(
                $"{threads} chunks of {Rows} rows at once need up to {BytesPerChunk * threads >> 20} MB, and {available >> 20} MB can "
                + "be had; lower --draws, --chains or --threads.");
        }
    }

    /// <summary>The chunks that cover a table's rows <paramref name="first"/> up to <paramref name="end"/>.</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="offset">Absolute index of the table's row 0.</param>
    internal IReadOnlyList<(int First, int End)> Cut(int first, int end, int offset)
    {
        var chunks = new List<(int, int)>();
        for (var start = first; start < end;)
        {
            var stop = Math.Min(end, ((start + offset) / Rows + 1) * Rows - offset);
            chunks.Add((start, stop));
            start = stop;
        }

        return chunks;
    }
}
