using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Diagnostics;

public sealed class IndependenceDiagnosticsTests
{
    [Fact]
    public void Proposals_from_the_target_itself_are_worth_their_number()
    {
        var weights = new double[300];
        Array.Fill(weights, -7.5);
        Assert.Equal(300, IndependenceDiagnostics.EffectiveSampleSize(weights), 1e-9);
    }

    [Fact]
    public void One_weight_above_all_others_is_worth_less_than_one_draw()
    {
        var weights = new double[300];
        weights[17] = 30;
        Assert.InRange(IndependenceDiagnostics.EffectiveSampleSize(weights), 0.4, 1);
    }

    // Half of the proposals weigh 1.6, half 0.4: the target holds 80 % and 20 % of its mass there. The former are held with probability
    // 1 - (1/2 + 1/2 * 1/4) = 3/8, the latter never; (1 + h) / (1 - h) is 11/5 and 1.
    [Fact]
    public void Two_states_are_worth_what_their_holding_probabilities_say()
    {
        var weights = Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? Math.Log(1.6) : Math.Log(0.4)).ToArray();
        Assert.Equal(1000 / (0.8 * 2.2 + 0.2), IndependenceDiagnostics.EffectiveSampleSize(weights), 2.0);
    }

    // An independence sampler of N(0, 1) with proposals N(0, 1.5^2): what the variance of 400 chains' means says, within 20 %.
    [Fact]
    public void The_effective_sample_size_is_that_of_simulated_chains()
    {
        const int Draws = 500;
        const double Width = 1.5;
        var (squares, sizes, normals, uniforms) = (0.0, 0.0, new float[Draws], new float[Draws]);
        for (var chain = 0; chain < 400; chain++)
        {
            new Philox(5).Normals(normals, RandomPurpose.Simulation, chain, 0, 0);
            new Philox(5).Uniforms(uniforms, RandomPurpose.Simulation, chain, 1, 0);
            var weights = Array.ConvertAll(normals, e => 0.5 * e * e - 0.5 * Width * Width * e * e);
            var (state, weight, mean) = (0.0, 0.0, 0.0);
            for (var i = 0; i < Draws; i++)
            {
                if (uniforms[i] < Math.Exp(weights[i] - weight)) (state, weight) = (Width * normals[i], weights[i]);
                mean += state / Draws;
            }

            squares += mean * mean / 400;
            sizes += IndependenceDiagnostics.EffectiveSampleSize(weights) / 400;
        }

        Assert.InRange(sizes * squares, 0.8, 1.2);
    }
}
