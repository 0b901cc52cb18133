using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Collapsed.Marginals;

/// <summary>
/// Probability integral transforms of hidden cells, column by column, from fit to draws: the place of the truth among the draws, at
/// random where draws tie with it, is uniform where draws are of the
/// truth's law.
/// </summary>
public sealed class HiddenCellTests : IDisposable
{
    private const int Rows = 500;
    private static readonly string[] Names = ["income", "count", "share", "normal"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // One factor behind a log-normal column, one of 60 % zeros, a share between 0 and 1 and a normal one. Some 150 hidden cells of each
    // of them at three seeds: Kolmogorov's limit of 1 in 10,000 for n
    // places is 2.23 / sqrt(n), some 0.105 for 450; four columns, so a false alarm is one in 2,500. Draws of the normal column's scale
    // alone, without maps, are to be beyond it on the two first.
    [Fact]
    public void Places_of_hidden_values_are_uniform_in_every_column()
    {
        var (mapped, unmapped) = (Places("auto"), Places("none"));
        Assert.All(mapped, places => Assert.InRange(Distance(places), 0, 2.23 / Math.Sqrt(places.Count)));
        Assert.All(unmapped.Take(2), places => Assert.True(Distance(places) > 2.23 / Math.Sqrt(places.Count)));
    }

    private List<double>[] Places(string marginals)
    {
        var places = Array.ConvertAll(Names, _ => new List<double>());
        foreach (var seed in new ulong[] { 1, 2, 3 })
        {
            var (truth, table) = Simulate(seed);
            var (path, draws, uniform) = (_folder.PathOf($"{marginals}{seed}"), new Kept(), new float[1]);
            ModelFit.Run(table, new FitConfig
            {
                Mechanism = "ignorable",
                Collapsed = new CollapsedConfig { Marginals = marginals, Generator = "linear", Steps = 200, NMcmc = 50 },
            })
                .Write(path);
            using var imputer = Imputer.Load(path);
            foreach (var (i, cell) in imputer.Impute(table, new ImputeOptions { DrawSinks = [draws], Threads = 1 }).Cells.Index())
            {
                new Philox(seed).Uniforms(uniform, RandomPurpose.Simulation, 2, cell.Row, cell.Column);
                var (own, at) = (draws.Values[i], truth[cell.Row, cell.Column]);
                var slack = 1e-5 * Math.Max(1, Math.Abs(at));
                places[cell.Column].Add((own.Count(draw => draw < at - slack) + uniform[0] * own.Count(draw => Math.Abs(draw - at) <= slack)) / own.Length);
            }
        }

        return places;
    }

    private static double Distance(List<double> places) =>
        places.Order().Select((place, i) => Math.Max(place - i / (double)places.Count, (i + 1.0) / places.Count - place)).Max();

    private static (double[,] Truth, Table Table) Simulate(ulong seed)
    {
        var (truth, values, normals, uniforms) = (new double[Rows, 4], new double[Rows, 4], new float[5], new float[4]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(seed).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(seed).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            for (var j = 0; j < 4; j++)
            {
                var g = 0.8 * normals[4] + 0.6 * normals[j];
                truth[row, j] = j switch { 0 => Math.Exp(8 + g), 1 => Math.Max(0, Math.Round(5 * (g - 0.25))), 2 => StandardNormal.Cdf(1.5 * g - 0.5), _ => g };
                values[row, j] = uniforms[j] < 0.3 ? double.NaN : truth[row, j];
            }
        }

        return (truth, Table.FromNumbers(Names, values));
    }

    private sealed class Kept : IDrawSink
    {
        public List<float[]> Values { get; } = [];

        public void Begin(int cells, int chains, int draws) => Values.AddRange(Enumerable.Repeat(Array.Empty<float>(), cells));

        public void Take(int cell, ReadOnlySpan<float> draws) => Values[cell] = draws.ToArray();
    }
}
