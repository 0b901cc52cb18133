using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper.Networks;

public class WeightDrawsTests
{
    private const int N = 4;
    private const int D = 3;
    private const int P = 5;

    [Fact]
    public void The_draw_input_chooses_among_the_stacked_weights()
    {
        Graph[] draws = [.. Enumerable.Range(0, 3).Select(k => LatentGradientGraph.Build(Randomly.Generator(D, [8, 8], P, stream: 6000 + 100 * k)))];
        using var stacked = new Host(WeightDraws.Stack(draws));
        var (z, x) = (Randomly.Normals(N * D, 1), Randomly.Normals(N * P, 2));
        for (var k = 0; k < draws.Length; k++)
        {
            var expected = Host.Run(draws[k], ("z", z, [N, D]), ("x", x, [N, P]));
            var actual = stacked.Run(("z", z, [N, D]), ("x", x, [N, P]), ("draw", [k], []));
            foreach (var name in expected.Keys)
            {
                for (var i = 0; i < expected[name].Length; i++)
                {
                    Assert.Equal(expected[name][i], actual[name][i], 1e-5 * Math.Max(1, Math.Abs(expected[name][i])));
                }
            }
        }
    }

    [Fact]
    public void A_whole_sweep_can_be_stacked()
    {
        Graph[] draws = [.. Enumerable.Range(0, 2).Select(k => GibbsSweepGraph.Build(Randomly.Model(D, P, [8], stream: 6000 + 50 * k), 2))];
        var stacked = WeightDraws.Stack(draws);
        Assert.Equal([.. draws[0].Inputs.Select(port => port.Name), "draw"], stacked.Inputs.Select(port => port.Name));
        using var host = new Host(stacked);
        Assert.Contains("draw", host.Inputs.Keys);
    }

    [Fact]
    public void Draws_of_different_networks_are_refused()
    {
        Graph[] draws = [GeneratorGraph.Build(Randomly.Generator(D, [8, 8], P, 1)), GeneratorGraph.Build(Randomly.Generator(D, [9, 8], P, 1))];
        Assert.Contains("draw 1 has", Assert.Throws<GraphException>(() => WeightDraws.Stack(draws)).Message, StringComparison.Ordinal);
        draws[1] = GeneratorGraph.Build(Randomly.Generator(D, [8], P, 1));
        Assert.Contains("number of nodes", Assert.Throws<GraphException>(() => WeightDraws.Stack(draws)).Message, StringComparison.Ordinal);
    }
}
