using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

// Tests that count the live tensors of the process, so nothing may run beside them.
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class LifetimeTests
{
    [Fact]
    public void AScopeReleasesWhatWasMadeInIt()
    {
        var before = Tensor.TotalCount;
        Tensor inner;
        using (var scope = NewDisposeScope())
        {
            inner = Row(1, 2) + Row(3, 4);
            Assert.Equal(3, scope.DisposablesCount);
            Assert.True(scope.Contains(inner));
            Assert.Equal(before + 3, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(inner.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inner.shape);
    }

    [Fact]
    public void NestedScopesHandTheirResultsOut()
    {
        var before = Tensor.TotalCount;
        Tensor detached;
        using (var outer = NewDisposeScope())
        {
            Tensor kept;
            using (var inner = NewDisposeScope())
            {
                Assert.Same(inner, CurrentDisposeScope);
                kept = (Row(1) + 1).MoveToOuterDisposeScope();
                detached = Row(5).DetachFromDisposeScope();
            }

            Assert.Same(outer, CurrentDisposeScope);
            Assert.True(outer.Contains(kept));
            Equal([2], kept);
            Assert.Equal(before + 2, Tensor.TotalCount);
        }

        Assert.Null(CurrentDisposeScope);
        Assert.Equal(before + 1, Tensor.TotalCount);
        Equal([5], detached);
        detached.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void MovingOutOfTheOutermostScopeDetaches()
    {
        Tensor kept;
        using (NewDisposeScope())
        {
            kept = Row(1).MoveToOuterDisposeScope();
        }

        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void ScopesKeepWhatTheyAreToldTo()
    {
        using var scope = NewDisposeScope();
        var first = Row(1);
        var second = Row(2);
        Assert.Same(second, scope.DisposeEverythingBut(second));
        Assert.True(first.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
        second.Dispose();
        Assert.Equal(0, scope.DisposablesCount);

        using var inner = NewDisposeScope();
        var attached = inner.Detach(Row(3));
        scope.Attach(attached);
        Assert.True(scope.Contains(attached));
        var moved = Row(4).MoveToOtherDisposeScope(attached);
        Assert.True(scope.Contains(moved));
        Assert.Equal(0, inner.DisposablesCount);
    }

    [Fact]
    public void ScopesBelongToTheirThread()
    {
        using var scope = NewDisposeScope();
        var elsewhere = new Thread(() =>
        {
            Assert.Null(CurrentDisposeScope);
            Row(1).Dispose();
            using var inner = NewDisposeScope();
            Row(1);
            Assert.Equal(1, inner.DisposablesCount);
        });
        elsewhere.Start();
        elsewhere.Join();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void InPlaceOperationsMakeNoTensors()
    {
        using var x = Row(1, 2);
        using var y = Row(3, 4);
        var before = Tensor.TotalCount;
        x.add_(y).mul_(2).clamp_(0, 1);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void ForgottenTensorsAreFinalized()
    {
        var before = Tensor.TotalCount;
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before, Tensor.TotalCount);

        static void Forget() => Assert.Equal(2, Row(1, 2).numel());
    }

    [Fact]
    public void TrainingStepsLeakNothing()
    {
        using var weight = randn(3, 4).requires_grad_();
        using var data = randn(8, 4);
        Step();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 10; i++)
        {
            Step();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            var loss = nn.functional.linear(data, weight).tanh().square().mean();
            var gradient = autograd.grad([loss], [weight])[0];
            using (no_grad())
            {
                weight.add_(gradient, -0.1);
            }
        }
    }

    [Fact]
    public void DisposingTwiceIsHarmless()
    {
        var before = Tensor.TotalCount;
        var x = Row(1);
        x.Dispose();
        x.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }
}
