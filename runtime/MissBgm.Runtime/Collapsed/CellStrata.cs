namespace MissBgm.Runtime.Collapsed;

/// <summary>
/// Uniform numbers for the draws of one cell, one from each of K equal strata of (0, 1), in an order of the cell's own: each number is uniform,
/// and K of them spread far more evenly than K independent ones, which is what the cell's quantiles need.
/// </summary>
internal static class CellStrata
{
    /// <summary>The number of a given draw.</summary>
    /// <param name="draw">0 .. strata-1.</param>
    /// <param name="strata">K.</param>
    /// <param name="key">Random bits of the cell.</param>
    /// <param name="jitter">A uniform number: the place within the stratum.</param>
    internal static double Uniform(int draw, int strata, uint key, float jitter) => (Permute((uint)draw, (uint)strata, key) + (double)jitter) / strata;

    /// <summary>A pseudo-random permutation of 0 .. count-1 chosen by the key (Kensler, "Correlated multi-jittered sampling", Pixar 2013).</summary>
    internal static uint Permute(uint index, uint count, uint key)
    {
        var mask = System.Numerics.BitOperations.RoundUpToPowerOf2(Math.Max(count, 2u)) - 1;
        unchecked
        {
            do
            {
                index ^= key;
                index *= 0xe170893d;
                index ^= key >> 16;
                index ^= (index & mask) >> 4;
                index ^= key >> 8;
                index *= 0x0929eb3f;
                index ^= key >> 23;
                index ^= (index & mask) >> 1;
                index *= 1 | (key >> 27);
                index *= 0x6935fa69;
                index ^= (index & mask) >> 11;
                index *= 0x74dcb303;
                index ^= (index & mask) >> 2;
                index *= 0x9e501cc3;
                index ^= (index & mask) >> 2;
                index *= 0xc860a3df;
                index &= mask;
                index ^= index >> 5;
            }
            while (index >= count);
            return (uint)(((ulong)index + key) % count);
        }
    }
}
