using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Adam's moments for one tensor, and the step as Keras takes it: epsilon 1e-7 is added to the root of the uncorrected second moment.</summary>
/// <param name="learningRate">Step length at each step.</param>
/// <param name="beta1">Decay of the first moment.</param>
/// <param name="beta2">Decay of the second moment.</param>
internal sealed class Adam(RateSchedule learningRate, double beta1, double beta2)
{
    private static readonly Scalar Epsilon = 1e-7;
    private readonly Scalar _decay1 = beta1;
    private readonly Scalar _gain1 = 1 - beta1;
    private readonly Scalar _decay2 = beta2;
    private readonly Scalar _gain2 = 1 - beta2;

    // A step with gradient zero multiplies the ratio of first moment to root of second moment by this.
    private readonly double _ratioDecay = beta1 / Math.Sqrt(beta2);

    /// <summary>Adam at a constant step length.</summary>
    public Adam(double learningRate, double beta1, double beta2)
        : this(RateSchedule.Constant(learningRate), beta1, beta2)
    {
    }

    /// <summary>Moves values in place.</summary>
    /// <param name="values">What moves.</param>
    /// <param name="gradient">Gradient of the loss, same shape.</param>
    /// <param name="moments">First and second moments, same shape each.</param>
    /// <param name="step">1 at the first step of these values.</param>
    public void Step(Tensor values, Tensor gradient, Moments moments, long step)
    {
        using var off = no_grad();
        using Scalar length = -StepLength(step);
        moments.First.mul_(_decay1).add_(gradient, _gain1);
        moments.Second.mul_(_decay2).addcmul_(gradient, gradient, _gain2);
        using var root = moments.Second.sqrt();
        values.addcdiv_(moments.First, root.add_(Epsilon), length);
    }

    /// <summary>
    /// Takes at once the steps that rows sat out: steps with gradient zero, in which a row still moves along its decaying first moment. Rows then stand where
    /// they would if every step had touched every row, at the cost of one pass instead of one pass a step.
    /// </summary>
    /// <param name="values">[rows, width], changed in place.</param>
    /// <param name="moments">Moments of the same shape, changed in place.</param>
    /// <param name="last">The last step each row took, [rows].</param>
    /// <param name="next">The step each row takes next, [rows].</param>
    public void Coast(Tensor values, Moments moments, IReadOnlyList<long> last, IReadOnlyList<long> next)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var skipped = last.Zip(next, (from, to) => to - from - 1).ToArray();
        Tensor Column(IEnumerable<double> perRow) => tensor(perRow.ToArray(), [skipped.Length, 1], values.dtype, values.device);
        var travel = Column(last.Zip(skipped, Travel));
        values.sub_(moments.First.div(moments.Second.sqrt().add_(Epsilon)).mul_(travel));
        moments.First.mul_(Column(skipped.Select(steps => Math.Pow(beta1, steps))));
        moments.Second.mul_(Column(skipped.Select(steps => Math.Pow(beta2, steps))));
    }

    // Sum of length(last + j) * ratioDecay^j over the skipped steps j, until the terms vanish.
    private double Travel(long last, long skipped)
    {
        var (sum, weight) = (0.0, 1.0);
        for (var j = 1L; j <= skipped && weight > 1e-9; j++)
        {
            weight *= _ratioDecay;
            sum += StepLength(last + j) * weight;
        }

        return sum;
    }

    private double StepLength(long step) => learningRate.At(step) * Math.Sqrt(1 - Math.Pow(beta2, step)) / (1 - Math.Pow(beta1, step));
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

    /// <summary>The moments by the name of what they belong to.</summary>
    public IEnumerable<(string Name, Tensor Value)> State(string name) => [($"{name}.first_moment", First), ($"{name}.second_moment", Second)];

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
