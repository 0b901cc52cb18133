namespace MissBgm.Trainer.Tensors;

/// <summary>A learning rate that falls along half a cosine from its start to its end (Loshchilov and Hutter, 2017); equal ends keep it constant.</summary>
/// <param name="Start">Rate at the first step.</param>
/// <param name="End">Rate at the last step.</param>
/// <param name="Steps">Number of steps.</param>
internal readonly record struct RateSchedule(double Start, double End, long Steps)
{
    /// <summary>A rate that does not change.</summary>
    public static RateSchedule Constant(double rate) => new(rate, rate, 1);

    /// <summary>The rate at a step, from 1.</summary>
    public double At(long step) => Start == End ? Start : End + (Start - End) * Cosine(Math.Min(step, Steps) / (double)Steps);

    /// <summary>The share of the way from start to end that is left, from 1 down to 0.</summary>
    /// <param name="done">The share of the steps that is done.</param>
    public static double Cosine(double done) => 0.5 * (1 + Math.Cos(Math.PI * done));
}
