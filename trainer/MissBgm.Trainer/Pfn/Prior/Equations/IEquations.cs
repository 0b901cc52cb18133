using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Equations;

/// <summary>Structural equations of a family: how the states of a layer come from those of the layer before.</summary>
internal interface IEquations
{
    /// <summary>Draws equations for each task and solves them.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="causes">Exogenous causes, [B, n, c].</param>
    /// <param name="depth">Number of layers.</param>
    /// <param name="width">States of a layer.</param>
    /// <returns>The states of all layers side by side, [B, n, depth * width].</returns>
    Tensor Draw(StepRandom random, Tensor causes, int depth, int width);
}
