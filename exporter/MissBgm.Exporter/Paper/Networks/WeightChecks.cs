using MissBgm.Runtime;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>What must hold of weights before they become graphs.</summary>
public static class WeightChecks
{
    /// <summary>Width d of the generator's input.</summary>
    public static int LatentDimension(this GeneratorWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Hidden.Count > 0 ? weights.Hidden[0].Inputs : weights.Mean.Inputs;
    }

    /// <summary>Columns p of the generator's rows, continuous and discrete.</summary>
    public static int Columns(this GeneratorWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Mean.Outputs + (weights.Discrete?.Columns.Count ?? 0);
    }

    /// <summary>Width of a perceptron's input.</summary>
    public static int Inputs(this PerceptronWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Hidden.Count > 0 ? weights.Hidden[0].Inputs : weights.Output.Inputs;
    }

    /// <summary>Checks that every weight is a finite number.</summary>
    /// <exception cref="NumericalException">One is not; the message names network, layer and entry.</exception>
    public static void RequireFinite(this MissBgmWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var generator = weights.Generator;
        if (generator.InputNorm is { } norm)
        {
            RequireFinite("generator", "input normalisation", ("scale", norm.Scale), ("offset", norm.Offset), ("mean", norm.Mean), ("variance", norm.Variance));
        }

        RequireFinite("generator", generator.Hidden);
        RequireFinite("generator", "mean head", generator.Mean);
        RequireFinite("generator", "variance head", generator.Variance);
        if (generator.Factor is { } factor) RequireFinite("generator", "covariance head", factor);
        if (generator.Discrete is { } discrete)
        {
            RequireFinite("generator", "discrete head", discrete.Output);
            foreach (var column in discrete.Columns) RequireFinite("generator", "discrete head", ("thresholds", column.Thresholds ?? []));
        }

        foreach (var (name, network) in new[] { ("mask", weights.Mask), ("encoder", weights.Encoder) })
        {
            RequireFinite(name, network.Hidden);
            RequireFinite(name, "output layer", network.Output);
        }
    }

    private static void RequireFinite(string network, IReadOnlyList<DenseWeights> hidden)
    {
        for (var i = 0; i < hidden.Count; i++) RequireFinite(network, $"hidden layer {i + 1}", hidden[i]);
    }

    private static void RequireFinite(string network, string layer, DenseWeights weights) =>
        RequireFinite(network, layer, ("kernel", weights.Kernel), ("bias", weights.Bias));

    private static void RequireFinite(string network, string layer, params (string Name, float[] Values)[] parameters)
    {
        foreach (var (name, values) in parameters)
        {
            var bad = Array.FindIndex(values, value => !float.IsFinite(value));
            if (bad < 0) continue;
            throw new NumericalException(
                $"The {network} network's weights are not finite: {layer}, {name}, entry {bad} is {values[bad]}. "
                + "The fit has diverged; lower its learning rate or its gradient clipping norm and fit again.");
        }
    }
}
