using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Equations;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn.Prior;

public sealed class EquationPieceTests : IDisposable
{
    private const int Rows = 200;
    private const int Width = 60;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly StepRandom _random = new(33, RandomPurpose.Prior, 0, CPU);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_tree_is_a_step_function_and_a_third_of_them_lean()
    {
        // Of a single cause every state is a function of it: at most 16 leaves, or as many values as rows.
        var layer = TreeEquations.Layer(_random, _random.Normal(1, Rows, 1), Width)[0];
        var levels = Enumerable.Range(0, Width).Select(j => layer.narrow(1, j, 1).ToFloats().Distinct().Count()).ToArray();
        Assert.All(levels, count => Assert.True(count <= 16 || count > Rows - 20, $"{count}"));
        // Binomial at four standard deviations: 20 of 60.
        Assert.InRange(levels.Count(count => count > 16), 20 - 15, 20 + 15);
        Assert.True(levels.Count(count => count is > 2 and <= 16) > 15);
    }

    [Fact]
    public void A_piecewise_function_has_few_slopes()
    {
        var cause = _random.Normal(1, Rows, 1).sort(1).Values.to(ScalarType.Float64);
        var layer = PiecewiseEquations.Layer(_random, cause, Width)[0];
        var x = cause.to(ScalarType.Float64).data<double>().ToArray();
        var bends = new List<int>();
        for (var j = 0; j < Width; j++)
        {
            var y = layer.narrow(1, j, 1).contiguous().data<double>().ToArray();
            var slopes = Enumerable.Range(0, Rows - 1).Select(i => (y[i + 1] - y[i]) / (x[i + 1] - x[i])).ToArray();
            bends.Add(Enumerable.Range(0, Rows - 2).Count(i => Math.Abs(slopes[i + 1] - slopes[i]) > 1e-3));
        }

        // Each of three knots changes the slope once, and a jump there is one more slope.
        Assert.All(bends, count => Assert.InRange(count, 0, 6));
        Assert.True(bends.Average() > 2);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("tree")]
    [InlineData("piecewise")]
    public void States_of_every_family_stand_side_by_side_finite_and_vary(string name)
    {
        var states = EquationPieces.All[name].Draw(_random, _random.Normal(5, Rows, 3), 3, 17);
        Assert.Equal([5, Rows, 51], states.shape);
        Assert.True(states.isfinite().all().item<bool>());
        Assert.True(states.std(1, unbiased: false).gt(0).to(ScalarType.Float32).mean().item<float>() > 0.95);
    }
}
