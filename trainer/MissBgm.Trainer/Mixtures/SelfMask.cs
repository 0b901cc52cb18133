namespace MissBgm.Trainer.Mixtures;

/// <summary>The self mechanism, P(observed) = Phi(alpha x + a_j), with alpha and a known; alpha = 0 is the ignorable one.</summary>
/// <param name="Slope">alpha.</param>
/// <param name="Intercept">a, [p].</param>
internal sealed record SelfMask(double Slope, double[] Intercept)
{
    /// <summary>A mask that says nothing.</summary>
    public static SelfMask Ignorable { get; } = new(0.0, []);
}
