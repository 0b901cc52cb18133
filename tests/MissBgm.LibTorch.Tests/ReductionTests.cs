using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class ReductionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = Pairs(1, 2, 3, 5, 8, 13);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void SumsAndMeans()
    {
        Equal(32, _x.sum());
        Equal([3, 8, 21], _x.sum(1));
        Equal([12, 20], _x.sum([0], keepdim: true));
        Assert.Equal([1, 2], _x.sum([0], keepdim: true).shape);
        Equal(32, _x.sum([0, 1]));
        Equal([4, 20 / 3.0], _x.mean([0]));
        Equal(16 / 3.0, _x.mean());
        Equal([2, 15, 104], _x.prod(1));
        Equal([1, 2, 4, 7, 12, 20], _x.cumsum(0));
    }

    [Fact]
    public void Moments()
    {
        Equal(20.2666666667, _x.var(), 1e-9);
        Equal(16.8888888889, _x.var(unbiased: false), 1e-9);
        Equal([13, 32.3333333333], _x.var(0), 1e-9);
        Equal([Math.Sqrt(13), Math.Sqrt(97 / 3.0)], std(_x, 0), 1e-9);
        Equal([0.25, 1, 6.25], _x.var([1], unbiased: false), 1e-9);
        Equal(Math.Sqrt(272), _x.norm());
        Equal([Math.Sqrt(5), Math.Sqrt(34), Math.Sqrt(233)], _x.norm(1));
        Equal(6, Row(1, -2, 3).norm(1f));
    }

    [Fact]
    public void Extremes()
    {
        Equal(13, _x.max());
        Equal(1, _x.min());
        Equal([8, 13], _x.amax(0));
        Equal([1, 3, 8], _x.amin([1]));
        var (values, places) = _x.max(0);
        Equal([8, 13], values);
        Equal([2, 2], places);
        Equal([1, 1, 1], _x.argmax(1));
        Equal(0, _x.argmin());
        Equal(1, (_x > 12).any());
        Equal([0, 1], (_x > 1).all(0));
    }

    [Fact]
    public void LogarithmsOfSums()
    {
        Equal([Math.Log(Math.E + Math.Exp(2))], _x.narrow(0, 0, 1).logsumexp(1));
        var probabilities = _x.softmax(1);
        Equal([1, 1, 1], probabilities.sum(1));
        Assert.True(allclose(probabilities.log(), _x.log_softmax(1)));
    }

    [Fact]
    public void Order()
    {
        var x = Row(3, 1, 2);
        var sorted = x.sort();
        Equal([1, 2, 3], sorted.Values);
        Equal([1, 2, 0], sorted.Indices);
        Equal([0, 2, 1], argsort(x, descending: true));
        var (values, indices) = x.topk(2);
        Equal([3, 2], values);
        Equal([0, 2], indices);
        Equal([1.5, 2.5], x.quantile(Row(0.25, 0.75)));
        Equal([0, 1, 2], bucketize(Row(0.5, 1.5, 2.5), Row(1, 2)));
        Equal([1, 2], searchsorted(Row(1, 2, 3), Row(1, 2), right: true));
        var (distinct, inverse, counts) = Row(2, 1, 2).unique(return_inverse: true, return_counts: true);
        Equal([1, 2], distinct);
        Equal([1, 0, 1], inverse!);
        Equal([1, 2], counts!);
        Assert.Null(Row(2, 1).unique().counts);
    }

    [Fact]
    public void LessUsualReductions()
    {
        var (deviation, mean) = Row(1, 3).std_mean();
        Equal(Math.Sqrt(2), deviation);
        Equal(2, mean);
        Equal(2, Row(1, 3).var_mean().var);
        Equal(1560 * 2, _x.prod());
        Equal([1, 2], _x.min(0).values);
        Equal([1, 1], (_x > 7).any(0));
        Equal(0, (_x > 1).all());
        Equal(3, count_nonzero(_x > 3));
        Equal([1, 2], count_nonzero(_x > 3, [0]));
        Equal(3, _x.median());
        Equal([3, 5], _x.kthvalue(2, 0).values);
        Equal([2], Row(1, double.NaN, 3).nanquantile(Row(0.5)));
        Equal([1, Math.Log(Math.Exp(1) + Math.Exp(2))], Row(1, 2).logcumsumexp(0));
        Equal(5, Pairs(1, 2, 3, 4).trace());
        var (rows, _, counts) = Pairs(3, 4, 1, 2, 3, 4).unique(return_counts: true, dim: 0);
        Equal([1, 2, 3, 4], rows);
        Equal([1, 2], counts!);
    }
}
