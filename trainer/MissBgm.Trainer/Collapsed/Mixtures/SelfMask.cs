namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>The self mechanism, P(observed) = Phi(alpha_j x + a_j), with alpha and a known; alpha = 0 is the ignorable one.</summary>
/// <param name="Slope">alpha, [p]; empty when no column has one.</param>
/// <param name="Intercept">a, [p].</param>
internal sealed record SelfMask(double[] Slope, double[] Intercept)
{
    /// <summary>Whether no column has a slope.</summary>
    public bool IsIgnorable => Slope.Length == 0;

    /// <summary>A mask that says nothing.</summary>
    public static SelfMask Ignorable { get; } = new([], []);
}
