using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Optimisation;

/// <summary>Adam's moments for one tensor, and the step as Keras takes it: epsilon 1e-7 is added to the root of the uncorrected second moment.</summary>
/// <param name="learningRate">Step length.</param>
/// <param name="beta1">Decay of the first moment.</param>
/// <param name="beta2">Decay of the second moment.</param>
internal sealed class Adam(double learningRate, double beta1, double beta2)
{
    private static readonly Scalar _epsilon = 1e-7;
    private readonly Scalar _decay1 = beta1;
    private readonly Scalar _gain1 = 1 - beta1;
    private readonly Scalar _decay2 = beta2;
    private readonly Scalar _gain2 = 1 - beta2;

    /// <summary>Moves values in place.</summary>
    /// <param name="values">What moves.</param>
    /// <param name="gradient">Gradient of the loss, same shape.</param>
    /// <param name="moments">First and second moments, same shape each.</param>
    /// <param name="step">1 at the first step of these values.</param>
    public void Step(Tensor values, Tensor gradient, Moments moments, long step)
    {
        using var off = no_grad();
        using Scalar length = -learningRate * Math.Sqrt(1 - Math.Pow(beta2, step)) / (1 - Math.Pow(beta1, step));
        moments.First.mul_(_decay1).add_(gradient, _gain1);
        moments.Second.mul_(_decay2).addcmul_(gradient, gradient, _gain2);
        using var root = moments.Second.sqrt();
        values.addcdiv_(moments.First, root.add_(_epsilon), length);
    }
}

/// <summary>Running means of a gradient and of its square.</summary>
/// <param name="First">First moment.</param>
/// <param name="Second">Second moment.</param>
internal readonly record struct Moments(Tensor First, Tensor Second) : IDisposable
{
    /// <summary>Zero moments for a tensor.</summary>
    public static Moments For(Tensor values)
    {
        using var scope = NewDisposeScope();
        return new Moments(zeros_like(values).DetachFromDisposeScope(), zeros_like(values).DetachFromDisposeScope());
    }

    /// <summary>The moments of a range of rows, as views.</summary>
    public Moments Rows(long start, long count) => new(First.narrow(0, start, count), Second.narrow(0, start, count));

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
