using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using MissBgm.Trainer.Tests.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Tensors;

public sealed class MuonTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(12, 40)]
    [InlineData(40, 12)]
    public void Singular_values_come_near_1_and_singular_vectors_stay(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(6, RandomPurpose.Prior, rows, CPU);
        var matrix = random.Normal(rows, columns);
        var (left, values, right) = linalg.svd(matrix, fullMatrices: false);
        var (_, after, _) = linalg.svd(Muon.Orthogonalise(matrix), fullMatrices: false);
        Assert.True(values.ToFloats().Max() / values.ToFloats().Min() > 2);
        Assert.All(after.ToFloats(), value => Assert.InRange(value, 0.6f, 1.3f));
        var inside = left.transpose(0, 1).matmul(Muon.Orthogonalise(matrix)).matmul(right.transpose(0, 1));
        Assert.True((inside - inside.diagonal().diag()).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void A_step_is_as_large_as_Adams_whatever_the_shape()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(6, RandomPurpose.Prior, 1, CPU);
        foreach (var (rows, columns) in new[] { (32, 32), (32, 64), (128, 32) })
        {
            Assert.InRange(Muon.Direction(random.Normal(rows, columns) * 1e-4).square().mean().sqrt().item<float>(), 0.12f, 0.26f);
        }
    }

    [Fact]
    public void The_layers_matrices_take_Muons_step_and_all_else_Adams()
    {
        var config = TinyNetwork.Pretrain with { ClipGradientNorm = 1e9, WarmUpSteps = 0 };
        var (adam, muon) = (Moved(config), Moved(config with { Optimizer = "muon" }));
        using var state = new PretrainState(config, CPU);
        var (at, matrices) = (0, 0);
        foreach (var (name, shape) in state.Network.Arrays)
        {
            var size = (int)shape.Aggregate(1L, (product, length) => product * length);
            var (one, other) = (adam[at..(at + size)], muon[at..(at + size)]);
            if (name.Contains("layer", StringComparison.Ordinal) && shape.Length == 2)
            {
                Assert.NotEqual(one, other);
                matrices++;
            }
            else
            {
                Assert.Equal(one, other);
            }

            at += size;
        }

        Assert.Equal(5 * (config.Network.Layers + config.Network.FlowLayers), matrices);
    }

    private static float[] Moved(PretrainConfig config)
    {
        using var state = new PretrainState(config, CPU);
        using var scope = NewDisposeScope();
        using var random = new StepRandom(6, RandomPurpose.Prior, 2, CPU);
        using (no_grad()) state.Network.Parameters.Gradient.copy_(random.Normal(state.Network.Parameters.Values.shape));
        state.Descend(config);
        return state.Network.Parameters.Values.ToFloats();
    }
}
