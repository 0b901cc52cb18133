using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MissBgm.LibTorch.Tests;

public sealed class FunctionalTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = Row(-2, -0.5, 0, 1.5);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Activations()
    {
        Equal([0, 0, 0, 1.5], functional.relu(_x));
        Equal([-0.4, -0.1, 0, 1.5], functional.leaky_relu(_x, 0.2));
        Equal([Math.Exp(-2) - 1, Math.Exp(-0.5) - 1, 0, 1.5], functional.elu(_x, 1));
        Equal([0.1269280110, 0.4740769842, Math.Log(2), 1.7014132779], functional.softplus(_x), 1e-9);
        Equal([-0.2384058440, -0.1887703344, 0, 1.2263617148], functional.silu(_x), 1e-9);
        Equal([-0.0455002639, -0.1542687694, 0, 1.3997891980], functional.gelu(_x), 1e-9);
        Equal([-0.0454023059, -0.1542859988, 0, 1.3995715769], functional.gelu(_x, TorchSharp.Modules.GELU.Approximate.tanh), 1e-7);
        Equal([-2.1269280110, -0.9740769842, -Math.Log(2), -0.2014132779], functional.logsigmoid(_x), 1e-9);
        Equal([0, 0, 0, 1.5], functional.relu(_x.clone(), inplace: true));
    }

    [Fact]
    public void LinearAndConvolution()
    {
        var weight = Pairs(1, 2, 3, 4, 5, 6);
        Equal([6, 12, 18], functional.linear(Row(1, 2), weight, Row(1, 1, 1)));
        Equal([5, 11, 17], functional.linear(Row(1, 2), weight));
        var signal = Row(1, 2, 3, 4).reshape(1, 1, 4);
        Equal([-1, -1, -1], functional.conv1d(signal, Row(1, -1).reshape(1, 1, 2)));
        Equal([0, 1, 2, 0], functional.pad(Row(1, 2), [1, 1]));
        Equal([0, 1, 0, 1, 0, 0], functional.one_hot(tensor(new long[] { 1, 0 }), 3));
    }

    [Fact]
    public void Normalisations()
    {
        var x = Pairs(1, 3, 5, 9);
        Equal([-1, 1, -1, 1], functional.layer_norm(x, [2], eps: 0));
        Equal([-3, 5, -3, 5], functional.layer_norm(x, [2], Row(4, 4), Row(1, 1), 0));
        var mean = zeros(2, ScalarType.Float64);
        var variance = ones(2, ScalarType.Float64);
        Equal([-1, -1, 1, 1], functional.batch_norm(x, mean, variance, training: true, momentum: 0.5, eps: 0));
        Equal([1.5, 3], mean);
        Equal([4.5, 9.5], variance);
        Equal([0.6, 0.8], functional.normalize(Row(3, 4).unsqueeze(0)).squeeze(0));
    }

    [Fact]
    public void Losses()
    {
        var logits = Pairs(1, 2, 3, 1);
        var classes = tensor(new long[] { 1, 0 });
        var expected = (Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-2))) / 2;
        Equal(expected, functional.cross_entropy(logits, classes));
        Equal(expected, functional.nll_loss(functional.log_softmax(logits, 1), classes));
        Equal(2.5, functional.mse_loss(Row(1, 2), Row(2, 4)));
        Equal(5, functional.mse_loss(Row(1, 2), Row(2, 4), Reduction.Sum));
        Equal([1, 2], functional.l1_loss(Row(1, 2), Row(2, 4), Reduction.None));
        Equal(
            [Math.Log(1 + Math.Exp(-1)), Math.Log(1 + Math.Exp(2))],
            functional.binary_cross_entropy_with_logits(Row(1, 2), Row(1, 0), reduction: Reduction.None));
    }

    [Fact]
    public void AttentionFollowsItsFormula()
    {
        manual_seed(1);
        var (query, key, value) = (randn(1, 2, 3, 4, ScalarType.Float64), randn(1, 2, 5, 4, ScalarType.Float64), randn(1, 2, 5, 4, ScalarType.Float64));
        var scores = query.matmul(key.transpose(-2, -1)) / 2;
        Assert.True(allclose(scores.softmax(-1).matmul(value), functional.scaled_dot_product_attention(query, key, value)));

        var taking = rand(3, 5) < 0.5;
        taking[.., 0] = tensor(true);
        var added = where(taking, tensor(0.0), tensor(double.NegativeInfinity));
        var expected = (scores + added).softmax(-1).matmul(value);
        Assert.True(allclose(expected, functional.scaled_dot_product_attention(query, key, value, taking)));
        Assert.True(allclose(expected, functional.scaled_dot_product_attention(query, key, value, added)));

        var causal = functional.scaled_dot_product_attention(key, key, value, is_casual: true);
        Assert.True(allclose(value[.., .., 0], causal[.., .., 0]));
    }

    [Fact]
    public void DropoutKeepsTheMean()
    {
        manual_seed(7);
        var kept = functional.dropout(ones(10_000), 0.25);
        Assert.InRange(kept.mean().ToDouble(), 0.97, 1.03);
        Assert.Equal(1, functional.dropout(ones(4), 0.25, training: false).mean().ToDouble());
    }

    [Fact]
    public void GradientsMatchDifferences()
    {
        var weight = Pairs(0.3, -0.2, 0.5, 0.7, -0.4, 0.1);
        Func<Tensor, Tensor>[] functions =
        [
            x => functional.softplus(functional.linear(functional.leaky_relu(x.reshape(2, 2), 0.2), weight)),
            x => functional.gelu(x), x => functional.silu(x), x => functional.elu(x, 1), x => functional.softplus(x),
            x => functional.layer_norm(x.reshape(2, 2) * Pairs(1, 2, 3, 4), [2]), x => x.softmax(0), x => x.log_softmax(0), x => x.logsumexp(0),
            x => special.ndtr(x), x => special.erfcx(x), x => x.erf(), x => special.ndtri(x.sigmoid()), x => (x * x + 1).lgamma(),
            x => x.cumsum(0), x => x.exp().cumprod(0), x => x.reshape(2, 2).t().std(0), x => x.sort().Values, x => x[tensor(new long[] { 3, 1, 1 })],
            x => functional.scaled_dot_product_attention(x.reshape(1, 1, 2, 2), x.reshape(1, 1, 2, 2), x.reshape(1, 1, 2, 2)),
            x => where(x > 0, x.square(), x.exp()), x => x.clamp(-1, 1), x => xlogy(x, x.square() + 1),
            x => functional.conv1d(x.reshape(1, 1, 4), Row(1, -2).reshape(1, 1, 2)),
        ];
        foreach (var function in functions)
        {
            GradientMatchesDifferences(function, Row(-1.3, -0.5, 0.4, 1.6));
        }
    }

    [Fact]
    public void LessUsualFunctions()
    {
        Equal([-0.4, -0.1, 0, 1.5], functional.leaky_relu(_x.clone(), 0.2, inplace: true));
        Equal([0, 0, 0, 1.5], _x.clone().relu_());
        Assert.True(functional.silu(_x.clone(), inplace: true).Equals(_x.silu()));
        Assert.True(functional.elu(_x.clone(), 1, inplace: true).Equals(_x.elu()));
        Assert.True(functional.gelu(_x.clone(), inplace: true).Equals(_x.gelu()));
        Assert.True(special.softmax(_x, 0).Equals(softmax(_x, 0)));
        Assert.True(special.log_softmax(_x, 0).Equals(functional.log_softmax(_x, 0)));
        Equal([0, 0, 0, 0], functional.dropout(_x.clone(), 1, inplace: true).abs());
        Equal(2, functional.glu(Row(2, 100)).squeeze());
        Equal(0.5 * 0.25 + 1.5, functional.smooth_l1_loss(Row(0.5, 2), Row(0, 0), Reduction.Sum));
        Equal(Math.Log(2), functional.binary_cross_entropy(Row(0.5, 0.5), Row(1, 0)));
    }
}
