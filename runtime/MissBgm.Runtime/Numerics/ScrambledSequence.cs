namespace MissBgm.Runtime.Numerics;

/// <summary>
/// One coordinate of a row's or cell's draws: the van der Corput sequence in base 2, its order and its digits scrambled by Owen's nested
/// uniform scrambling (Owen 1995; hashed as in Laine and Karras 2011 and Burley 2020). Each number is uniform on (0, 1), and of every
/// aligned run of 2^m draws one falls into each of 2^m equal strata: halves of chains, chains and all chains together spread far more
/// evenly than independent numbers do. Coordinates of different keys pair up at random.
/// </summary>
/// <param name="Order">Random bits that pick the order.</param>
/// <param name="Digits">Random bits that scramble the digits.</param>
/// <param name="Factors">Random bits, half of which go into either scrambling.</param>
internal readonly record struct ScrambledSequence(uint Order, uint Digits, uint Factors)
{
    /// <summary>The coordinate with a given stream of random numbers.</summary>
    internal static ScrambledSequence Of(Philox random, RandomPurpose purpose, long row, int coordinate)
    {
        // The step -1 is no sweep's.
        var bits = random.Block(purpose, 0, row, -1, coordinate);
        return new ScrambledSequence(bits.A, bits.B, bits.C);
    }

    /// <summary>The number of a draw, whose index is given with its bits reversed (<see cref="Reverse"/>).</summary>
    internal double Uniform(uint reversedIndex) =>
        (Reverse(Scramble(Reverse(Scramble(reversedIndex, Order, Factors >> 16)), Digits, Factors & 0xFFFF)) + 0.5) * (1.0 / 4294967296.0);

    /// <summary>The bits from last to first.</summary>
    internal static uint Reverse(uint bits)
    {
        bits = ((bits >> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
        bits = ((bits >> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
        bits = ((bits >> 4) & 0x0F0F0F0F) | ((bits & 0x0F0F0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
    }

    // A permutation in which each bit depends on lower bits alone: the Laine-Karras hash with Burley's constants, but with a factor that is
    // independent of the key, so that a uniform key gives uniform bits.
    private static uint Scramble(uint bits, uint key, uint factor)
    {
        unchecked
        {
            bits ^= bits * 0x3d20adea;
            bits += key;
            bits *= factor | 1;
            bits ^= bits * 0x05526c56;
            bits ^= bits * 0x53a22864;
            return bits;
        }
    }
}
