using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Numerics;

public class PhiloxTests
{
    // The known-answer vectors that Random123 (Salmon et al. 2011) publishes for philox4x32-10.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Rounds_give_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Rounds(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Streams_of_different_keys_differ_and_of_equal_keys_agree()
    {
        float[] Draw(ulong seed, RandomPurpose purpose, int chain, long row, long step)
        {
            var values = new float[5];
            new Philox(seed).Normals(values, purpose, chain, row, step);
            return values;
        }

        float[][] all =
        [
            Draw(1, RandomPurpose.Shuffle, 0, 0, 0), Draw(2, RandomPurpose.Shuffle, 0, 0, 0), Draw(1, RandomPurpose.WarmStart, 0, 0, 0),
            Draw(1, RandomPurpose.Shuffle, 1, 0, 0),
            Draw(1, RandomPurpose.Shuffle, 0, 1, 0), Draw(1, RandomPurpose.Shuffle, 0, 0, 1),
            Draw(1, RandomPurpose.Shuffle, 0, 1L << 32, 0), Draw(1UL << 32, RandomPurpose.Shuffle, 0, 0, 0),
        ];
        Assert.Equal(all.Length, all.Select(v => v[0]).Distinct().Count());
        Assert.Equal(all[0], Draw(1, RandomPurpose.Shuffle, 0, 0, 0));
    }

    // 100,000 numbers: each bound is five standard errors, so that a right generator fails one of these in about a million.
    [Fact]
    public void Normals_and_uniforms_have_their_moments()
    {
        const int Count = 100_000;
        var values = new float[Count];
        new Philox(3).Normals(values, RandomPurpose.Simulation, 0, 0, 0);
        Assert.Equal(0, values.Average(), 5 / Math.Sqrt(Count));
        Assert.Equal(1, values.Average(v => v * v), 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(3, values.Average(v => (double)v * v * v * v), 5 * Math.Sqrt(96.0 / Count));
        Assert.Equal(0, values.Skip(1).Zip(values, (a, b) => a * b).Average(), 5 / Math.Sqrt(Count));

        new Philox(3).Uniforms(values, RandomPurpose.Simulation, 0, 0, 0);
        Assert.Equal(0.5, values.Average(), 5 / Math.Sqrt(12.0 * Count));
        Assert.InRange(values.Min(), float.Epsilon, 1e-3f);
        Assert.InRange(values.Max(), 0.999f, 1 - 1e-8f);
    }
}
