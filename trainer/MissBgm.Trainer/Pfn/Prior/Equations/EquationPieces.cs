using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Equations;

/// <summary>The families of structural equations there are, and what they share.</summary>
internal static class EquationPieces
{
    private const double MinimumNoise = 1e-3;
    private const double MaximumNoise = 0.3;

    /// <summary>The families by the names that the configuration has for them.</summary>
    public static IReadOnlyDictionary<string, IEquations> All { get; } = new Dictionary<string, IEquations>
    {
        ["network"] = new NetworkEquations(),
        ["tree"] = new TreeEquations(),
        ["piecewise"] = new PiecewiseEquations(),
    };

    /// <summary>The standard deviation of each task's noise, log-uniform, [B, 1, 1].</summary>
    public static Tensor DrawNoise(StepRandom random, long tasks) =>
        (random.Uniform(tasks, 1, 1) * Math.Log(MaximumNoise / MinimumNoise)).exp() * MinimumNoise;

    /// <summary>States of mean 0 and variance 1 over the rows, [B, n, T].</summary>
    public static Tensor Standardise(Tensor states)
    {
        var centred = states - states.mean([1], true);
        return centred / (centred.square().mean([1], true).sqrt() + 1e-6);
    }

    /// <summary>A parent of each state, drawn at random among the states of the layer before, [B, n, width].</summary>
    public static Tensor Parents(StepRandom random, Tensor state, int width) =>
        state.gather(2, random.Below(state.shape[2], state.shape[0], 1, width).expand(state.shape[0], state.shape[1], width));

    /// <summary>A threshold of each state: its value in a row drawn at random, [B, 1, width].</summary>
    public static Tensor Thresholds(StepRandom random, Tensor state) =>
        state.gather(1, random.Below(state.shape[1], state.shape[0], 1, state.shape[2]));

    /// <summary>
    /// The states of all layers side by side, [B, n, depth * width]: the layer's equations, which are given the random numbers, the layer before
    /// and the width, standardised, and noise.
    /// </summary>
    public static Tensor Layers(StepRandom random, Tensor causes, int depth, int width, Func<StepRandom, Tensor, int, Tensor> layer)
    {
        var (state, noise) = (causes, DrawNoise(random, causes.shape[0]));
        var states = new List<Tensor>();
        for (var i = 0; i < depth; i++)
        {
            state = Standardise(layer(random, state, width)) + random.Normal(state.shape[0], state.shape[1], width) * noise;
            states.Add(state);
        }

        return cat([.. states], 2);
    }
}
