using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// What the matrix products of a step are computed in. In bfloat16 the matrices are cast on the way into the network and their factors
/// beside them; weights, optimiser,
/// residual streams, layer norms and losses stay in float32, and gradients come back to the float32 weights through the cast.
/// </summary>
internal static class MatrixPrecision
{
    private const string Auto = "auto";
    private const string Half = "bfloat16";

    /// <summary>The values of the configuration's key <c>precision</c>: <c>auto</c> is bfloat16 on CUDA, float32 elsewhere.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, "float32", Half];

    /// <summary>The network's arrays as a step uses them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="precision">One of <see cref="Names"/>.</param>
    /// <param name="trainable">Whether gradients are wanted.</param>
    public static Tensor[] Views(PfnNetwork network, string precision, bool trainable)
    {
        var views = network.Parameters.Views(trainable);
        var half = precision == Half || (precision == Auto && network.Parameters.Values.device_type == TorchSharp.DeviceType.CUDA);
        return half ? Array.ConvertAll(views, view => view.dim() == 2 ? view.to(ScalarType.BFloat16) : view) : views;
    }

    /// <summary>A product with a matrix in the matrix's precision, given in the precision of <paramref name="x"/>.</summary>
    public static Tensor Times(this Tensor x, Tensor matrix) => x.to(matrix.dtype).matmul(matrix).to(x.dtype);
}
