using MissBgm.Runtime;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// One or more collapsed models of the same columns. The members of one fit are the components of its generator, a mixture of linear factor models whose
/// shares are given here; several fits are averaged with weights that the manifest gives (<see cref="MissBgm.Runtime.Bundles.GeneratorEvidence"/>).
/// </summary>
public sealed record CollapsedMixture
{
    /// <summary>A mixture; its graphs have an input <c>member</c> when there are several.</summary>
    /// <param name="members">The members, of the same number of columns; those with fewer latent dimensions are given more that nothing loads on.</param>
    /// <param name="logShares">log of each member's share of its fit's rows, [M].</param>
    /// <exception cref="ArgumentException">There is no member, or they do not fit each other.</exception>
    public CollapsedMixture(IReadOnlyList<CollapsedWeights> members, double[] logShares)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(logShares);
        if (members.Count == 0 || members.Count != logShares.Length || members.Any(member => member.Columns != members[0].Columns))
        {
            throw new ArgumentException("members of one number of columns, and a share for each, are needed");
        }

        var dimension = members.Max(member => member.LatentDimension);
        Members = [.. members.Select(member => member.Padded(dimension))];
        LogShares = logShares;
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<CollapsedWeights> Members { get; }

    /// <summary>log of each member's share of its fit's rows, [M].</summary>
    public double[] LogShares { get; }

    /// <summary>d.</summary>
    public int LatentDimension => Members[0].LatentDimension;

    /// <summary>p.</summary>
    public int Columns => Members[0].Columns;

    /// <summary>A model on its own.</summary>
    public static CollapsedMixture Single(CollapsedWeights weights) => new([weights], [0]);

    /// <summary>Checks that every parameter is a finite number and of its size.</summary>
    /// <exception cref="NumericalException">One is not; the message names parameter and entry.</exception>
    public void RequireFinite()
    {
        foreach (var member in Members) member.RequireFinite();
        var bad = Array.FindIndex(LogShares, share => !double.IsFinite(share));
        if (bad >= 0) throw new NumericalException($"The share of component {bad} of the collapsed model is not finite ({LogShares[bad]}).");
    }
}
