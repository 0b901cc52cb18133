using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Clipping of a gradient by its norm (Pascanu, Mikolov and Bengio, 2013).</summary>
internal static class GradientNorm
{
    /// <summary>Shrinks a gradient, in place, to a norm if it has a larger one.</summary>
    /// <returns>The norm before.</returns>
    public static double Clip(Tensor gradient, double largest)
    {
        using var off = no_grad();
        var norm = gradient.norm().ToDouble();
        if (!(norm > largest)) return norm;
        using Scalar shrink = largest / norm;
        gradient.mul_(shrink);
        return norm;
    }
}
