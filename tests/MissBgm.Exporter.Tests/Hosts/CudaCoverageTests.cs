using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Tests.Paper;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>
/// Whether every node can run on ONNX Runtime's CUDA provider, where no GPU is at hand to try. The list was read off the CUDA provider library 1.31
/// (NuGet Microsoft.ML.OnnxRuntime.Gpu.Linux 1.31.0) by the type names of its float32 kernels:
/// <c>strings libonnxruntime_providers_cuda.so | grep '^N11onnxruntime4cuda'</c>. LogSoftmax shares Softmax's kernel, Max and Min a variadic one.
/// </summary>
public class CudaCoverageTests
{
    private static readonly HashSet<string> Kernels =
    [
        "Abs", "Add", "And", "BatchNormalization", "Cast", "Clip", "Concat", "Cos", "Div", "Erf", "Exp", "Expand", "Gather", "Gemm",
        "Greater", "Identity", "IsNaN",
        "LayerNormalization", "LeakyRelu", "Less", "Log", "LogSoftmax", "MatMul", "Max", "Min", "Mul", "Neg", "Not", "OneHot", "Pad", "Pow", "ReduceLogSumExp",
        "ReduceMean", "ReduceSum", "Reshape", "Sigmoid", "Sign", "Sin", "Slice", "Softmax", "Softplus", "Sqrt", "Squeeze", "Sub", "Tanh",
        "Transpose", "Unsqueeze",
        "Where",
    ];

    public static TheoryData<string> Files() => EmittedFileTests.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_node_has_a_CUDA_kernel_and_none_puts_its_result_in_host_memory(string file)
    {
        var nodes = OnnxModel.Describe(Lowering.Apply(EmittedFileTests.Graphs[file](Precision.Single))).Graph.Node;
        Assert.Empty(nodes.Select(node => node.OpType).Distinct().Except(Kernels));
    }
}
