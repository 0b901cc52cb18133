using System.Text.Json;
using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Tests.Diagnostics;

public class ConvergenceTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record Fixture(string Name, int Chains, float[] Draws, double RHat, double BulkEss, double TailEss);

    private static Fixture[] Fixtures =>
        JsonSerializer.Deserialize<Fixture[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Diagnostics/convergence.json")), Json)!;

    public static TheoryData<string> Names => new(Fixtures.Select(f => f.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void R_hat_and_effective_sample_sizes_are_as_computed_independently(string name)
    {
        var fixture = Fixtures.Single(f => f.Name == name);
        var summary = new Convergence(fixture.Chains, fixture.Draws.Length / fixture.Chains).Summarise(fixture.Draws);
        Assert.Equal(fixture.RHat, summary.RHat, 1e-6 * fixture.RHat);
        Assert.Equal(fixture.BulkEss, summary.BulkEss, 1e-6 * fixture.BulkEss);
        Assert.Equal(fixture.TailEss, summary.TailEss, 1e-6 * fixture.TailEss);
    }

    [Fact]
    public void Fewer_than_four_draws_tell_nothing() => Assert.True(double.IsNaN(new Convergence(2, 3).Summarise(new float[6]).RHat));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 3)]
    [InlineData(0.9, 8.2)]
    [InlineData(1, 10)]
    public void Quantiles_are_interpolated_between_order_statistics(double probability, double value) =>
        Assert.Equal(value, Quantile.OfSorted<double>([1, 2, 4, 10], probability), 12);
}
