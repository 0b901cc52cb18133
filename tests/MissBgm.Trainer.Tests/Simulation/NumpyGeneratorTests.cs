using System.Text.Json;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Tests.Simulation;

/// <summary>The streams of NumPy 1.24's default_rng, recorded by Fixtures/numpy_streams.py.</summary>
public sealed class NumpyGeneratorTests
{
    private const int Draws = 300_000;

    private static readonly JsonElement[] Recorded =
        JsonDocument.Parse(File.ReadAllText(Fixture.Path("numpy_streams.json"))).RootElement.EnumerateArray().ToArray();

    public static TheoryData<int> Streams => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Raw_words_are_numpys(int stream)
    {
        var bits = new Pcg64(Seed(stream));
        Assert.Equal(
            Recorded[stream].GetProperty("words").EnumerateArray().Select(w => w.GetString()),
            Enumerable.Range(0, 4).Select(_ => bits.NextUInt64().ToString()));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Uniform_numbers_are_numpys(int stream)
    {
        var random = new NumpyGenerator(Seed(stream));
        AssertHash(stream, "random", Fill(Draws, _ => random.Uniform()));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normal_numbers_are_numpys_in_double_within_the_ziggurat_and_in_float32_everywhere(int stream)
    {
        var random = new NumpyGenerator(Seed(stream));
        var normal = Fill(Draws, _ => random.StandardNormal());
        AssertHash(stream, "normal_float32", Array.ConvertAll(normal, x => (float)x));
        AssertHash(stream, "normal_body", normal.Where(x => Math.Abs(x) < ZigguratTables.TailStart).ToArray());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normal_numbers_of_the_tail_are_numpys_but_for_the_c_librarys_last_bit(int stream)
    {
        var random = new NumpyGenerator(Seed(stream));
        var tail = Fill(Draws, _ => random.StandardNormal()).Where(x => Math.Abs(x) >= ZigguratTables.TailStart).ToArray();
        var expected = Recorded[stream].GetProperty("normal_tail").EnumerateArray().Select(x => x.GetDouble()).ToArray();
        Assert.Equal(expected.Length, tail.Length);
        Assert.True(tail.Length > 50);
        Assert.All(tail.Zip(expected), pair => Assert.InRange(pair.First, Math.BitDecrement(pair.Second), Math.BitIncrement(pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Single_trial_binomials_are_numpys(int stream)
    {
        var random = new NumpyGenerator(Seed(stream));
        AssertHash(stream, "binomial", Enumerable.Range(0, Draws).Select(i => (long)random.Bernoulli((double)i / Draws)).ToArray());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Integers_are_numpys_for_small_and_large_ranges(int stream)
    {
        var (small, large) = (new NumpyGenerator(Seed(stream)), new NumpyGenerator(Seed(stream)));
        AssertHash(stream, "integers", Enumerable.Range(0, 20_000).Select(i => (long)small.Integer(1 + i)).ToArray());
        AssertHash(stream, "large_integers", Enumerable.Range(0, 20_000).Select(i => (long)large.Integer(int.MaxValue - i)).ToArray());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Kinds_of_draws_can_be_mixed_in_one_stream(int stream)
    {
        var random = new NumpyGenerator(Seed(stream));
        var mix = new List<float>();
        for (var i = 0; i < 20_000; i++)
        {
            mix.Add((float)random.StandardNormal());
            mix.Add(random.Integer(1 + i % 977));
            mix.Add((float)random.Uniform(-1, 3));
            mix.Add(random.Bernoulli(i % 101 / 100.0));
        }

        AssertHash(stream, "mixed_float32", mix.ToArray());
    }

    [Fact]
    public void An_empty_range_of_integers_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NumpyGenerator(1).Integer(0));

    private static ulong Seed(int stream) => Recorded[stream].GetProperty("seed").GetUInt64();

    private static double[] Fill(int count, Func<int, double> draw) => Enumerable.Range(0, count).Select(draw).ToArray();

    private static void AssertHash<T>(int stream, string name, T[] values)
        where T : unmanaged => Assert.Equal(Recorded[stream].GetProperty(name).GetString(), Fixture.Hash<T>(values));
}
