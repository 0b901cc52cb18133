using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class ArithmeticTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void OperatorsTakeTensorsAndNumbersOnEitherSide()
    {
        var x = Row(1, 2, 4);
        var y = Row(3, 5, 8);
        Equal([4, 7, 12], x + y);
        Equal([-2, -3, -4], x - y);
        Equal([3, 10, 32], x * y);
        Equal([3, 2.5, 2], y / x);
        Equal([2, 3, 5], x + 1);
        Equal([2, 3, 5], 1 + x);
        Equal([0.5, 1.5, 3.5], x - 0.5);
        Equal([9, 8, 6], 10 - x);
        Equal([2, 4, 8], x * 2L);
        Equal([2, 4, 8], 2f * x);
        Equal([0.5, 1, 2], x / 2);
        Equal([4, 2, 1], 4.0 / x);
        Equal([-1, -2, -4], -x);
        Equal([1, 0, 0], x % 2);
        Scalar three = 3;
        Equal([4, 5, 7], x + three);
        Equal([2, 1, -1], three - x);
    }

    [Fact]
    public void NumbersPromoteAsInLibtorch()
    {
        Assert.Equal(ScalarType.Float32, (tensor(1f) * 2.0).dtype);
        Assert.Equal(ScalarType.Int64, (tensor(1L) + 1).dtype);
        Assert.Equal(ScalarType.Float32, (tensor(1L) + 0.5).dtype);
        Assert.Equal(ScalarType.Float64, (tensor(1f, device: CPU).reshape(1) + tensor(new[] { 1.0 })).dtype);
    }

    [Fact]
    public void InPlaceOperationsChangeAndReturnTheirTensor()
    {
        var x = Row(1, 2);
        var same = x.add_(Row(10, 20)).sub_(1).mul_(2).div_(Row(4, 2));
        Assert.Same(x, same);
        Equal([5, 21], x);
        x.add_(Row(1, 1), 0.5).addcmul_(Row(1, 2), Row(3, 4), 10).addcdiv_(Row(8, 9), Row(2, 3), -1);
        Equal([5.5 + 30 - 4, 21.5 + 80 - 3], x);
        x.fill_(2).pow_(3).sqrt_();
        Equal([Math.Sqrt(8), Math.Sqrt(8)], x);
        x.zero_();
        Equal([0, 0], x);
        x.lerp_(Row(4, 8), Row(0.25, 0.25));
        Equal([1, 2], x);
        Equal([1, 1.5], x.clamp_(max: 1.5));
    }

    [Fact]
    public void AddAndSubTakeAlpha()
    {
        Equal([7, 12], Row(1, 2).add(Row(3, 5), 2));
        Equal([7, 8], Row(1, 2).add(3, 2));
        Equal([2.5, 5], Row(1, 2).addcmul(Row(1, 2), Row(3, 3), 0.5));
        Equal([3, 4], Row(1, 2).addcdiv(Row(4, 6), Row(2, 3)));
    }

    [Fact]
    public void FunctionsOfOneTensorHaveTheirValues()
    {
        var x = Row(0.25, 1, 2.5);
        (Func<Tensor, Tensor> Torch, Func<double, double> Expected)[] functions =
        [
            (abs, Math.Abs), (exp, Math.Exp), (log, Math.Log), (sqrt, Math.Sqrt), (square, v => v * v),
            (log1p, v => Math.Log(1 + v)), (expm1, v => Math.Exp(v) - 1), (rsqrt, v => 1 / Math.Sqrt(v)),
            (reciprocal, v => 1 / v), (sin, Math.Sin), (cos, Math.Cos), (tanh, Math.Tanh),
            (sigmoid, v => 1 / (1 + Math.Exp(-v))), (floor, Math.Floor), (neg, v => -v),
            (t => sign(t), v => Math.Sign(v)), (t => round(t), v => Math.Round(v)),
        ];
        foreach (var (function, expected) in functions)
        {
            Equal([expected(0.25), expected(1), expected(2.5)], function(x), 1e-12);
        }

        Equal([0.2763263902, 0.8427007929, 0.9995930480], x.erf(), 1e-9);
        Equal([0.7236736098, 0.1572992071, 0.0004069520], x.erfc(), 1e-9);
        Equal([0.1250, 1.0, 15.625], x.pow(3).mul(Row(8, 1, 1)));
        Equal([0.0625, 1, 6.25], x.pow(Row(2, 2, 2)));
    }

    [Fact]
    public void SpecialFunctionsHaveTheirValues()
    {
        Equal([0.5, 0.9750021049, 0.0227501319], special.ndtr(Row(0, 1.96, -2)), 1e-9);
        Equal([0, 1.9599639845], special.ndtri(Row(0.5, 0.975)), 1e-9);
        Equal([0.4275835762, 1], special.erfcx(Row(1, 0)), 1e-9);
        Equal([0.7310585786], special.expit(Row(1)), 1e-9);
        Equal([0, 2 * Math.Log(3)], xlogy(Row(0, 2), Row(0, 3)), 1e-12);
        Equal([Math.Log(24)], Row(5).lgamma(), 1e-12);
    }

    [Fact]
    public void ClampAndExtremesLimitValues()
    {
        var x = Row(-2, 0.5, 3);
        Equal([-1, 0.5, 1], x.clamp(-1, 1));
        Equal([0, 0.5, 3], x.clamp_min(0));
        Equal([-2, 0.5, 0.75], x.clamp_max(0.75));
        Equal([-1, 0.5, 2], x.clamp(Row(-1, 0, 0), Row(0, 1, 2)));
        Equal([1, 1, 3], maximum(x, ones_like(x)));
        Equal([-2, 0.5, 1], minimum(x, ones_like(x)));
    }

    [Fact]
    public void NonFiniteValuesAreFound()
    {
        var x = Row(double.NaN, double.PositiveInfinity, 1);
        Equal([1, 0, 0], isnan(x));
        Equal([0, 1, 0], isinf(x));
        Equal([0, 0, 1], isfinite(x));
        Equal([7, double.MaxValue, 1], x.nan_to_num(7));
    }

    [Fact]
    public void ComparisonsGiveTruthValues()
    {
        var x = Row(1, 2, 3);
        var y = Row(3, 2, 1);
        Equal([0, 1, 0], x == y);
        Equal([1, 0, 1], x != y);
        Equal([1, 0, 0], x < y);
        Equal([1, 1, 0], x <= 2);
        Equal([0, 1, 1], 1 < x);
        Equal([0, 1, 1], x.ge(y));
        Equal([1, 0, 1], (x < y) | (x > 2));
        Equal([0, 1, 1], ~(x == 1));
        Equal([1, 0, 0], logical_and(x < y, x == 1));
        Equal([1, 20, 3], where(x == y, y * 10, x));
        Assert.True(allclose(x, x + 1e-9));
        Assert.False(x.allclose(y));
        Assert.True(x.Equals(x.clone()));
    }

    [Theory]
    [InlineData("abs")]
    [InlineData("acos")]
    [InlineData("asin")]
    [InlineData("atan")]
    [InlineData("ceil")]
    [InlineData("cos")]
    [InlineData("cosh")]
    [InlineData("digamma")]
    [InlineData("erf")]
    [InlineData("erfc")]
    [InlineData("erfinv")]
    [InlineData("exp")]
    [InlineData("exp2")]
    [InlineData("expm1")]
    [InlineData("floor")]
    [InlineData("lgamma")]
    [InlineData("log")]
    [InlineData("log10")]
    [InlineData("log1p")]
    [InlineData("log2")]
    [InlineData("neg")]
    [InlineData("reciprocal")]
    [InlineData("rsqrt")]
    [InlineData("sgn")]
    [InlineData("sigmoid")]
    [InlineData("sign")]
    [InlineData("sin")]
    [InlineData("sinh")]
    [InlineData("sqrt")]
    [InlineData("tan")]
    [InlineData("tanh")]
    [InlineData("trunc")]
    public void InPlaceFormsGiveTheSameValues(string function)
    {
        var x = Row(0.25, 0.5, 0.75);
        var expected = (Tensor)typeof(Tensor).GetMethod(function, [])!.Invoke(x, null)!;
        var changed = x.clone();
        typeof(Tensor).GetMethod(function + "_", [])!.Invoke(changed, null);
        Assert.True(expected.Equals(changed));
        Assert.False(expected.isnan().any().ToBoolean());
    }

    [Fact]
    public void DivisionRoundsAsAsked()
    {
        var x = Row(-7, 7);
        Equal([-3, 3], x.div(2, RoundingMode.trunc));
        Equal([-4, 3], x.div(2, RoundingMode.floor));
        Equal([-4, 3], x.div(Row(2, 2), RoundingMode.floor));
        Equal([-3, 3], x.clone().div_(Row(2, 2), RoundingMode.trunc));
        Equal([-3.5, 3.5], x.clone().div_(2));
        Equal([1, 3], x.remainder(Row(4, 4)));
        Equal([-1.23, 4.57], Row(-1.234, 4.567).round(2));
    }

    [Fact]
    public void FunctionsOfTwoTensors()
    {
        Equal([Math.Atan2(1, 2)], atan2(Row(1), Row(2)));
        Equal([Math.Log(Math.Exp(1) + Math.Exp(2))], logaddexp(Row(1), Row(2)));
        Equal([2 * Math.Log(5)], xlogy(Row(2), 5));
        Equal([2.5], lerp(Row(1), Row(4), Row(0.5)));
        Equal([2 * Math.Log(4)], special.xlog1py(Row(2), Row(3)));
        Equal([1 - Math.Exp(-2)], special.gammainc(Row(1), Row(2)));
        Equal([1, 0], logical_xor(Row(1, 1), Row(0, 1)));
        Equal([1, 1], logical_or(Row(1, 0), Row(0, 1)));
        Equal([1, 0], isclose(Row(1, 2), Row(1, 2.1)));
    }
}
