using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>A layer normalisation over the last axis, by the indices of its arrays.</summary>
/// <param name="Scale">Index of the scale, [width].</param>
/// <param name="Offset">Index of the offset, [width].</param>
internal readonly record struct LayerNorm(int Scale, int Offset)
{
    /// <summary>The normalised x, [..., width].</summary>
    public Tensor Apply(Tensor[] views, Tensor x) => nn.functional.layer_norm(x, [x.shape[^1]], views[Scale], views[Offset], PfnConstants.NormEpsilon);
}
