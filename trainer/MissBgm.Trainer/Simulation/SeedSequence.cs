namespace MissBgm.Trainer.Simulation;

/// <summary>
/// NumPy's <c>SeedSequence</c>: spreads an integer seed over the words of a generator's state
/// (O'Neill, "Developing a seed_seq alternative", 2015; NumPy's bit_generator module).
/// </summary>
/// <param name="seed">The seed, as given to <c>numpy.random.default_rng</c>.</param>
public sealed class SeedSequence(ulong seed)
{
    private const int PoolSize = 4;
    private readonly uint[] _pool = MixEntropy(seed);

    /// <summary>The first 64-bit words of the stream of state words.</summary>
    public ulong[] GenerateState(int words)
    {
        var state = new ulong[words];
        var multiplier = 0x8b51f9ddu;
        for (var i = 0; i < 2 * words; i++)
        {
            var word = _pool[i % PoolSize] ^ multiplier;
            multiplier *= 0x58f38dedu;
            word *= multiplier;
            word ^= word >> 16;
            state[i / 2] |= (ulong)word << (32 * (i % 2));
        }

        return state;
    }

    // A 64-bit seed is at most two words of entropy, so it fits the pool; the words beyond it are zero.
    private static uint[] MixEntropy(ulong seed)
    {
        var multiplier = 0x43b0d7e5u;
        uint[] pool = [Hash((uint)seed), Hash((uint)(seed >> 32)), Hash(0), Hash(0)];
        for (var source = 0; source < PoolSize; source++)
        {
            for (var target = 0; target < PoolSize; target++)
            {
                if (source != target) pool[target] = Mix(pool[target], Hash(pool[source]));
            }
        }

        return pool;

        uint Hash(uint word)
        {
            word ^= multiplier;
            multiplier *= 0x931e8875u;
            word *= multiplier;
            return word ^ (word >> 16);
        }
    }

    private static uint Mix(uint x, uint y)
    {
        var mixed = 0xca01f9ddu * x - 0x4973f715u * y;
        return mixed ^ (mixed >> 16);
    }
}
