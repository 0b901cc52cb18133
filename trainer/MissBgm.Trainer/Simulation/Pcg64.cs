using System.Numerics;

namespace MissBgm.Trainer.Simulation;

/// <summary>
/// The bit generator behind NumPy's <c>default_rng</c>: PCG XSL-RR 128/64 (O'Neill, "PCG: a family of simple fast
/// space-efficient statistically good algorithms for random number generation", 2014), seeded through <see cref="SeedSequence"/>.
/// </summary>
public sealed class Pcg64
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);
    private readonly UInt128 _increment;
    private UInt128 _state;
    private uint? _heldHalf;

    /// <summary>The generator of <c>numpy.random.PCG64(seed)</c>.</summary>
    public Pcg64(ulong seed)
    {
        var words = new SeedSequence(seed).GenerateState(4);
        _increment = (new UInt128(words[2], words[3]) << 1) | 1;
        _state = (_increment + new UInt128(words[0], words[1])) * Multiplier + _increment;
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        _state = _state * Multiplier + _increment;
        var (high, low) = ((ulong)(_state >> 64), (ulong)_state);
        return BitOperations.RotateRight(high ^ low, (int)(high >> 58));
    }

    /// <summary>The next 32 random bits: the low half of a fresh word, then its high half, which 64-bit draws in between leave in place.</summary>
    public uint NextUInt32()
    {
        if (_heldHalf is { } half)
        {
            _heldHalf = null;
            return half;
        }

        var word = NextUInt64();
        _heldHalf = (uint)(word >> 32);
        return (uint)word;
    }

    /// <summary>A uniform number of [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / 9007199254740992.0);
}
