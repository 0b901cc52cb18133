using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>Nodes for the location and scale of each feature over the context's observed cells, [1, F]; as in the trainer.</summary>
internal sealed class Standardisation
{
    /// <param name="values">Context values, [C, F]; anything where not observed.</param>
    /// <param name="observed">[C, F].</param>
    public Standardisation(Tensor values, Tensor observed)
    {
        var count = observed.Sum(0, keepAxis: true).Max(1);
        Location = Known(values, observed).Sum(0, keepAxis: true) / count;
        var variance = Known((values - Location).Square(), observed).Sum(0, keepAxis: true) / count;
        Scale = variance.Greater(PfnConstants.SmallestVariance).Where(variance.Sqrt(), values.Graph.Constant(1));
    }

    /// <summary>Means, [1, F].</summary>
    public Tensor Location { get; }

    /// <summary>Standard deviations, [1, F]; 1 where a feature does not vary.</summary>
    public Tensor Scale { get; }

    /// <summary>Standardised values, 0 where missing, [N, F].</summary>
    public Tensor Shown(Tensor values, Tensor observed) => Known(Clamp((values - Location) / Scale), observed);

    /// <summary>Values where observed, 0 elsewhere, whatever stands there.</summary>
    public static Tensor Known(Tensor values, Tensor observed) => observed.Greater(0.5).Where(values, values.Graph.Constant(0));

    /// <summary>Standardised values within what the network saw.</summary>
    public static Tensor Clamp(Tensor x) => x.Max(-PfnConstants.StandardisedLimit).Min(PfnConstants.StandardisedLimit);
}
