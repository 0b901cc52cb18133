namespace MissBgm.Trainer.Simulation;

/// <summary>
/// The draws of <c>numpy.random.default_rng(seed)</c>, bit for bit, so that the papers' benchmarks can be made again from their seeds.
/// One bit is the C library's, in NumPy as here: the last one of the 0.03 % of normal draws beyond 3.654; rounded to float32 they agree.
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class NumpyGenerator(ulong seed)
{
    private static readonly ZigguratTables Ziggurat = ZigguratTables.Normal;
    private readonly Pcg64 _bits = new(seed);

    /// <summary><c>random()</c>: uniform on [0, 1).</summary>
    public double Uniform() => _bits.NextDouble();

    /// <summary><c>uniform(low, high)</c>: uniform on [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * _bits.NextDouble();

    /// <summary><c>standard_normal()</c>: the ziggurat method with 256 layers.</summary>
    public double StandardNormal()
    {
        while (true)
        {
            // 8 bits choose the layer, 1 the sign, 52 the place within the layer.
            var bits = _bits.NextUInt64();
            var layer = (int)(bits & 0xff);
            var steps = (bits >> 9) & 0x000fffffffffffff;
            var x = steps * Ziggurat.Width[layer];
            if ((bits & 0x100) != 0) x = -x;
            if (steps < Ziggurat.Inside[layer]) return x;
            if (layer == 0) return Tail(negative: ((steps >> 8) & 1) != 0);
            var (low, high) = (Ziggurat.Density[layer], Ziggurat.Density[layer - 1]);
            if ((high - low) * _bits.NextDouble() + low < Math.Exp(-0.5 * x * x)) return x;
        }
    }

    /// <summary><c>integers(0, count)</c>: a whole number of [0, count), unbiased (Lemire, "Fast random integer generation in an interval", 2019).</summary>
    /// <param name="count">From 1 to 2^31 - 1.</param>
    public int Integer(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count == 1) return 0;
        var range = (uint)count;
        var product = (ulong)_bits.NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (uint.MaxValue - (range - 1)) % range;
            while ((uint)product < threshold) product = (ulong)_bits.NextUInt32() * range;
        }

        return (int)(product >> 32);
    }

    /// <summary><c>binomial(1, probability)</c>: the inversion method on the rarer outcome.</summary>
    public int Bernoulli(double probability)
    {
        if (probability == 0) return 0;
        return probability <= 0.5 ? Invert(probability) : 1 - Invert(1 - probability);
    }

    // Marsaglia's tail method; NumPy computes log1p(-u), of which 1 - u is exact.
    private double Tail(bool negative)
    {
        while (true)
        {
            var excess = -ZigguratTables.InverseTailStart * Math.Log(1 - _bits.NextDouble());
            var height = -Math.Log(1 - _bits.NextDouble());
            if (height + height > excess * excess) return negative ? -(ZigguratTables.TailStart + excess) : ZigguratTables.TailStart + excess;
        }
    }

    private int Invert(double probability)
    {
        var complement = 1 - probability;
        var none = Math.Exp(Math.Log(complement));
        while (true)
        {
            // Rounding can leave the two masses a hair below one: beyond them, NumPy draws again.
            var u = _bits.NextDouble();
            if (u <= none) return 0;
            if (u - none <= probability * none / complement) return 1;
        }
    }
}
