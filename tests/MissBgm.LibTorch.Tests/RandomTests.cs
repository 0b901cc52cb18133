using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

// The default generator is the process's, so nothing that draws from it may run beside these.
[Collection("alone")]
public sealed class RandomTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void SeedsRepeat()
    {
        manual_seed(3);
        var first = randn(5);
        var state = get_rng_state();
        var second = randn(5);
        manual_seed(3);
        Assert.True(first.Equals(randn(5)));
        Assert.False(first.Equals(second));
        set_rng_state(state);
        Assert.True(second.Equals(randn(5)));
    }

    [Fact]
    public void GeneratorsAreIndependent()
    {
        using var one = new Generator(11);
        using var two = new Generator(11);
        var first = rand(4, generator: one);
        manual_seed(1);
        rand(4);
        Assert.True(first.Equals(rand(4, generator: two)));
        Assert.Equal(11, one.initial_seed());
        one.manual_seed(12);
        Assert.False(first.Equals(rand(4, generator: one)));
        var state = one.get_state();
        var next = randn(3, generator: one);
        one.set_state(state);
        Assert.True(next.Equals(randn(3, generator: one)));
    }

    [Fact]
    public void DrawsFollowTheirDistributions()
    {
        manual_seed(5);
        const int n = 20_000;
        Assert.InRange(randn(n).std().ToDouble(), 0.97, 1.03);
        Assert.InRange(rand(n).mean().ToDouble(), 0.48, 0.52);
        Assert.InRange(zeros(n).normal_(3, 2).mean().ToDouble(), 2.9, 3.1);
        Assert.InRange(zeros(n).uniform_(2, 4).mean().ToDouble(), 2.95, 3.05);
        Assert.InRange(full(n, 0.3).bernoulli().mean().ToDouble(), 0.28, 0.32);
        Assert.InRange(zeros(n).exponential_(2).mean().ToDouble(), 0.48, 0.52);
        Assert.InRange(zeros(n).bernoulli_(0.7).mean().ToDouble(), 0.68, 0.72);
        Assert.InRange(zeros(n).bernoulli_(full(n, 0.7)).mean().ToDouble(), 0.68, 0.72);
        Assert.InRange(normal(full(n, 5.0), ones(n)).mean().ToDouble(), 4.97, 5.03);
        var faces = randint(1, 7, [n]);
        Assert.Equal(1, faces.min().ToInt64());
        Assert.Equal(6, faces.max().ToInt64());
        Assert.Equal(n * (n - 1L) / 2, randperm(n).sum().ToInt64());
        var drawn = tensor(new float[] { 0, 1, 3 }).multinomial(n, replacement: true).to(float32);
        Assert.InRange(drawn.mean().ToDouble(), 1.72, 1.78);
    }
}
