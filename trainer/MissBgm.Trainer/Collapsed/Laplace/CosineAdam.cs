using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>Adam (Kingma and Ba, 2015) with (0.9, 0.99) whose rate falls along a cosine to a twentieth.</summary>
internal sealed class CosineAdam(int parameters, double rate, int steps)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-8;
    private const double FinalShare = 0.05;

    private readonly double[] _first = new double[parameters];
    private readonly double[] _second = new double[parameters];
    private int _taken;

    /// <summary>Moves the parameters up the gradient.</summary>
    public void Ascend(Span<double> values, ReadOnlySpan<double> gradient)
    {
        var progress = _taken++ / (double)steps;
        var current = rate * (FinalShare + (1.0 - FinalShare) * RateSchedule.Cosine(progress));
        var scale1 = 1.0 / (1.0 - Math.Pow(Beta1, _taken));
        var scale2 = 1.0 / (1.0 - Math.Pow(Beta2, _taken));
        for (var i = 0; i < values.Length; i++)
        {
            _first[i] = Beta1 * _first[i] + (1.0 - Beta1) * gradient[i];
            _second[i] = Beta2 * _second[i] + (1.0 - Beta2) * gradient[i] * gradient[i];
            values[i] += current * _first[i] * scale1 / (Math.Sqrt(_second[i] * scale2) + Epsilon);
        }
    }
}
