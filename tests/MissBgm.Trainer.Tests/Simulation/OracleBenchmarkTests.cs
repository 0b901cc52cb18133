using MissBgm.Trainer.Simulation;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Tests.Simulation;

public sealed class OracleBenchmarkTests
{
    public static TheoryData<int, int, string> Files
    {
        get
        {
            var files = new TheoryData<int, int, string>();
            foreach (var name in Fixture.BenchmarkHashes.Keys.Where(k => k.StartsWith("synthetic/") && k.Contains("observed")))
            {
                var folder = name.Split('/')[1].Split('_');
                files.Add(int.Parse(folder[0][1..]), int.Parse(folder[1][1..]), name.Split("_r")[1][..2]);
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_papers_draws_come_out_bit_for_bit(int rows, int columns, string rate)
    {
        var data = OracleBenchmark.Simulate(new OracleBenchmarkSettings { Rows = rows, Columns = columns, MissingRate = int.Parse(rate) / 100.0, Seed = 123 });
        var folder = $"synthetic/n{rows}_p{columns}/";
        Assert.Equal(Fixture.BenchmarkHashes[folder + "x_full.npy"], Fixture.Hash<float>(data.Complete.Values));
        Assert.Equal(Fixture.BenchmarkHashes[folder + "mu.npy"], Fixture.Hash<float>(data.Mean.Values));
        Assert.Equal(Fixture.BenchmarkHashes[folder + "sigma.npy"], Fixture.Hash<float>(data.Sigma));
        Assert.Equal(Fixture.BenchmarkHashes[folder + $"observed_r{rate}.npy"], Fixture.Hash<byte>(data.Observed.Values));
    }

    [Fact]
    public void The_recorded_hashes_are_those_of_the_shared_files()
    {
        if (Fixture.FindUpwards("shared/data") is not { } folder) return;
        foreach (var (file, hash) in Fixture.BenchmarkHashes)
        {
            var path = Path.Combine(folder, file);
            Assert.Equal(
                hash,
                file.Contains(
                    "observed") ? Fixture.Hash<byte>(NpyFile.Read<byte>(path).Values) : Fixture.Hash<float>(NpyFile
                        .Read<float>(path).Values));
        }
    }

    [Fact]
    public void The_oracles_error_is_the_known_one()
    {
        // n5000_p50 at r = 0.2: mean width of the oracle's 95 % interval 1.539 (the paper's Section 6.2).
        var data = OracleBenchmark.Simulate(new OracleBenchmarkSettings { MissingRate = 0.2 });
        var cells = data.Cells().ToArray();
        Assert.Equal(data.Observed.Values.Count(o => o == 0), cells.Length);
        Assert.Equal(1.539, cells.Average(c => c.Upper - c.Lower), 3);
        var inside = cells.Count(c => data.Complete[c.Row, c.Column] >= c.Lower && data.Complete[c.Row, c.Column] <= c.Upper);

        // Exact 95 % intervals over 44,800 independent cells: five standard errors are 0.0052.
        Assert.InRange(inside / (double)cells.Length, 0.9448, 0.9552);
        var half = OracleBenchmark.Simulate(new OracleBenchmarkSettings { MissingRate = 0.5 });
        Assert.Equal(0.552, Math.Sqrt(half.Cells().Average(c => Math.Pow(half.Complete[c.Row, c.Column] - c.Mean, 2))), 3);
    }

    [Fact]
    public void The_oracles_deviation_is_that_of_the_truncated_normal()
    {
        // Midpoint rule over the quantiles of the tail.
        var law = new TruncatedNormal(0.3);
        const int Points = 200_000;
        var draws = Enumerable.Range(0, Points).Select(i => law.Quantile((i + 0.5) / Points)).ToArray();
        var mean = draws.Average();
        Assert.Equal(mean, law.Mean, 5);
        Assert.Equal(Math.Sqrt(draws.Average(x => (x - mean) * (x - mean))), law.StandardDeviation, 4);
        Assert.Equal(law.Threshold, law.Quantile(0), 12);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void A_missing_rate_outside_the_open_unit_interval_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OracleBenchmark.Simulate(new OracleBenchmarkSettings { MissingRate = rate }));
}
