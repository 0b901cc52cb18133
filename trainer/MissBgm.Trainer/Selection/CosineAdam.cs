namespace MissBgm.Trainer.Selection;

/// <summary>Adam (Kingma and Ba, 2015) with (0.9, 0.99) whose rate falls along a cosine to a twentieth.</summary>
internal sealed class CosineAdam(int parameters, double rate, int steps)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-8;
    private const double FinalShare = 0.05;

    private readonly double[] first = new double[parameters];
    private readonly double[] second = new double[parameters];
    private int taken;

    /// <summary>Moves the parameters up the gradient.</summary>
    public void Ascend(Span<double> values, ReadOnlySpan<double> gradient)
    {
        var progress = taken++ / (double)steps;
        var current = rate * (FinalShare + (1.0 - FinalShare) * 0.5 * (1.0 + Math.Cos(Math.PI * progress)));
        var scale1 = 1.0 / (1.0 - Math.Pow(Beta1, taken));
        var scale2 = 1.0 / (1.0 - Math.Pow(Beta2, taken));
        for (var i = 0; i < values.Length; i++)
        {
            first[i] = Beta1 * first[i] + (1.0 - Beta1) * gradient[i];
            second[i] = Beta2 * second[i] + (1.0 - Beta2) * gradient[i] * gradient[i];
            values[i] += current * first[i] * scale1 / (Math.Sqrt(second[i] * scale2) + Epsilon);
        }
    }
}
