using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Onnx;

/// <summary>Weights past the limit of a protobuf message stand in a second file. The limit is an argument, so that small graphs can pass it.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private const int N = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    [Fact]
    public void Weights_past_the_limit_go_to_a_second_file_and_the_results_are_the_same_bit_for_bit()
    {
        var graph = LatentGradientGraph.Build(Randomly.Generator(5, [64, 64], 20, stream: 1));
        var (z, x) = (Randomly.Normals(N * 5, 1), Randomly.Normals(N * 20, 2));
        OnnxModel.Write(graph, Path.Combine(_folder, "inside.onnx"));
        OnnxModel.Write(graph, Path.Combine(_folder, "outside.onnx"), inlineLimit: 10_000);
        Assert.Equal(["inside.onnx", "outside.onnx", "outside.onnx.data"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(new FileInfo(Path.Combine(_folder, "outside.onnx")).Length < 0.5 * new FileInfo(Path.Combine(_folder, "inside.onnx")).Length);
        using var inside = new Host(Path.Combine(_folder, "inside.onnx"));
        using var outside = new Host(Path.Combine(_folder, "outside.onnx"));
        Assert.Equal(inside.Run(("z", z, [N, 5]), ("x", x, [N, 20])), outside.Run(("z", z, [N, 5]), ("x", x, [N, 20])));
        Programs.Run(
            "/usr/bin/python3", "-c", "import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)",
            Path.Combine(_folder, "outside.onnx"));
    }

    [Fact]
    public void A_weight_that_is_not_a_number_is_refused_by_name()
    {
        var graph = new Graph("test", "A graph under test.");
        var x = graph.Input("x", ["N", 2], "An input.");
        graph.Output("y", x * graph.Constant(new[] { 1, float.NaN }, [2], "layer.scale"), "Result.");
        Assert.Contains("layer.scale", Assert.Throws<GraphException>(() => OnnxModel.Serialize(graph)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
