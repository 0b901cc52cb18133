using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class AutogradTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void BackwardAccumulatesIntoTheLeaves()
    {
        var x = Row(1, 2).requires_grad_();
        Assert.True(x.requires_grad);
        Assert.True(x.is_leaf);
        Assert.Null(x.grad);
        x.square().sum().backward();
        Equal([2, 4], x.grad!);
        (3 * x).sum().backward();
        Equal([5, 7], x.grad!);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void BackwardAddsToAPreassignedGradient()
    {
        var buffer = zeros(3, ScalarType.Float64);
        var x = Row(1, 2).requires_grad_();
        x.grad = buffer.narrow(0, 1, 2);
        x.square().sum().backward();
        Equal([0, 2, 4], buffer);
        x.square().sum().backward();
        Equal([0, 4, 8], buffer);
        buffer.zero_();
        Equal([0, 0], x.grad!);
    }

    [Fact]
    public void GradAccumulatesNothing()
    {
        var x = Row(1, 2).requires_grad_();
        var unused = Row(1).requires_grad_();
        var y = (x * x * x).sum();
        var first = autograd.grad([y], [x], retain_graph: true, create_graph: true)[0];
        Equal([3, 12], first);
        Equal([6, 12], autograd.grad([first.sum()], [x], retain_graph: true)[0]);
        Equal([12, 36], autograd.grad([first], [x], [Row(2, 3)])[0]);
        var gradients = autograd.grad([x.sum()], [x, unused], allow_unused: true);
        Equal([1, 1], gradients[0]);
        Assert.True(gradients[1].IsInvalid);
        Assert.Null(x.grad);
    }

    [Fact]
    public void BackwardTakesGradientsOfTheOutputsAndInputs()
    {
        var x = Row(1, 2).requires_grad_();
        var y = Row(3, 4).requires_grad_();
        autograd.backward([x * y], [Row(1, 10)], inputs: [x]);
        Equal([3, 40], x.grad!);
        Assert.Null(y.grad);
    }

    [Fact]
    public void GradModesNest()
    {
        var x = Row(1).requires_grad_();
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }

            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
        using (set_grad_enabled(false))
        {
            Assert.False(is_grad_enabled());
        }

        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
    }

    [Fact]
    public void LeavesChangeInPlaceWithoutGradientsOnly()
    {
        var x = Row(1, 2).requires_grad_();
        var error = Assert.ThrowsAny<Exception>(() => x.add_(1));
        Assert.Contains("leaf Variable that requires grad", error.Message);
        using (no_grad())
        {
            x.add_(1).mul_(2);
        }

        Equal([4, 6], x);
        Assert.True(x.requires_grad);
    }

    [Fact]
    public void ViewsOfOneBufferCarryTheirGradients()
    {
        var flat = Row(1, 2, 3, 4, 5, 6).requires_grad_();
        var weight = flat.narrow(0, 0, 4).view(2, 2);
        var bias = flat.narrow(0, 4, 2);
        var gradient = autograd.grad([nn.functional.linear(Row(1, 10), weight, bias).sum()], [flat])[0];
        Equal([1, 10, 1, 10, 1, 1], gradient);
    }

    [Fact]
    public void DetachedTensorsShareValuesWithoutHistory()
    {
        var x = Row(1, 2).requires_grad_();
        var y = (x * 2).detach();
        Assert.False(y.requires_grad);
        Assert.True(y.is_leaf);
        Assert.False((x * 2).is_leaf);
        var kept = x * 2;
        kept.retain_grad();
        kept.sum().backward();
        Equal([1, 1], kept.grad!);
    }
}
