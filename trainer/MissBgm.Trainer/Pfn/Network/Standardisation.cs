using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Location and scale of each feature over the observed cells of the context rows, [B, 1, F].</summary>
internal sealed record Standardisation(Tensor Location, Tensor Scale)
{
    /// <summary>Measures a table.</summary>
    /// <param name="values">[B, n, F]; cells that are not observed are not read.</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    public static Standardisation Of(Tensor values, Tensor observed, long context)
    {
        var (x, shown) = (values.narrow(1, 0, context), observed.narrow(1, 0, context));
        var count = shown.sum(1, true).clamp(1);
        var location = (x * shown).sum(1, true) / count;
        var variance = ((x - location).square() * shown).sum(1, true) / count;
        return new Standardisation(location, where(variance.gt(PfnConstants.SmallestVariance), variance.sqrt(), ones_like(variance)));
    }

    /// <summary>Standardised values, [B, n, F].</summary>
    public Tensor Apply(Tensor values) => ((values - Location) / Scale).clamp(-PfnConstants.StandardisedLimit, PfnConstants.StandardisedLimit);
}
