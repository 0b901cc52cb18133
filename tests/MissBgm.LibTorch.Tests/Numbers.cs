using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

/// <summary>Comparisons of tensors with expected numbers.</summary>
internal static class Numbers
{
    public static void Equal(double[] expected, Tensor actual, double tolerance = 1e-6)
    {
        using var numbers = actual.to_type(ScalarType.Float64);
        var values = numbers.data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (double.IsFinite(expected[i]))
            {
                Assert.InRange(values[i], expected[i] - tolerance, expected[i] + tolerance);
            }
            else
            {
                Assert.Equal(expected[i], values[i]);
            }
        }
    }

    public static void Equal(double expected, Tensor actual, double tolerance = 1e-6)
    {
        Assert.Equal(0, actual.ndim);
        Equal([expected], actual, tolerance);
    }

    /// <summary>A row vector of doubles.</summary>
    public static Tensor Row(params double[] values) => tensor(values);

    /// <summary>A matrix of doubles, two columns wide.</summary>
    public static Tensor Pairs(params double[] values) => tensor(values, values.Length / 2, 2);

    /// <summary>
    /// Holds autograd against central differences at the point, for the sum of the function's values times fixed weights.
    /// </summary>
    public static void GradientMatchesDifferences(Func<Tensor, Tensor> function, Tensor point, double tolerance = 1e-6)
    {
        using var scope = NewDisposeScope();
        var x = point.detach().clone().requires_grad_();
        var y = function(x);
        var weights = linspace(0.5, 1.5, y.numel(), ScalarType.Float64).reshape(y.shape);
        var gradient = autograd.grad([(y * weights).sum()], [x])[0].data<double>().ToArray();

        using var none = no_grad();
        const double step = 1e-5;
        var values = point.contiguous().data<double>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var difference = (At(i, step) - At(i, -step)) / (2 * step);
            Assert.InRange(gradient[i], difference - tolerance * (1 + Math.Abs(difference)), difference + tolerance * (1 + Math.Abs(difference)));
        }

        double At(int element, double move)
        {
            var moved = (double[])values.Clone();
            moved[element] += move;
            return (function(tensor(moved, point.shape)) * weights).sum().ToDouble();
        }
    }
}
