using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Values of tensors on the host.</summary>
internal static class TensorValues
{
    /// <summary>A tensor's values, row-major, whatever its device and type.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        // TorchSharp gives no accessor to the values of an empty tensor.
        if (tensor.numel() == 0) return [];
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }
}
