namespace MissBgm.Trainer.Paper.Steps;

/// <summary>The losses of a mini-batch, or their means over an epoch: each a mean over rows and columns.</summary>
/// <param name="Latent">Eq. 6.</param>
/// <param name="Missing">Eq. 8.</param>
/// <param name="Generator">-log p(x | z).</param>
/// <param name="Mask">-log p(r | x).</param>
public readonly record struct BatchLosses(double Latent, double Missing, double Generator, double Mask)
{
    /// <summary>Whether all four are finite.</summary>
    public bool AreFinite => double.IsFinite(Latent + Missing + Generator + Mask);

    /// <summary>Sums.</summary>
    public static BatchLosses operator +(BatchLosses a, BatchLosses b)
        => new(a.Latent + b.Latent, a.Missing + b.Missing, a.Generator + b.Generator, a.Mask + b.Mask);

    /// <summary>Sums.</summary>
    public static BatchLosses Add(BatchLosses left, BatchLosses right) => left + right;

    /// <summary>Divides all four.</summary>
    public BatchLosses Over(double divisor) => new(Latent / divisor, Missing / divisor, Generator / divisor, Mask / divisor);

    /// <summary>The losses by name.</summary>
    public IReadOnlyDictionary<string, double> ByName() => new Dictionary<string, double>
    {
        ["latent"] = Latent,
        ["missing"] = Missing,
        ["generator"] = Generator,
        ["mask"] = Mask,
    };
}
