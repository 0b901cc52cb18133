using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Onnx;

/// <summary>Constants that lose nothing by it are stored in half precision.</summary>
public sealed class HalfPrecisionTests : IDisposable
{
    private const int Size = 64;
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    [Fact]
    public void A_matrix_of_halves_takes_half_the_space_and_multiplies_as_before()
    {
        float[] weights = [.. Randomly.Normals(Size * Size, 1).Select(value => (float)value)];
        var rounded = Array.ConvertAll(weights, weight => (float)(Half)weight);
        var (exact, half) = (Write("exact", weights), Write("half", rounded));
        Assert.InRange(new FileInfo(half).Length, 2 * Size * Size, 2 * Size * Size + 1000);
        Assert.InRange(new FileInfo(exact).Length, 4 * Size * Size, 4 * Size * Size + 1000);
        var x = Randomly.Normals(3 * Size, 2);
        using var host = new Host(half);
        var actual = host.Run(("x", x, [3, Size]))["y"];
        for (var i = 0; i < actual.Length; i++)
        {
            var expected = Enumerable.Range(0, Size).Sum(k => (double)x[i / Size * Size + k] * rounded[k * Size + i % Size]);
            Assert.Equal(expected, actual[i], 1e-4);
        }

        Programs.Run("/usr/bin/python3", "-c", "import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)", half);
    }

    [Fact]
    public void One_element_that_is_no_half_keeps_the_whole_constant_as_it_is()
    {
        var weights = new float[Size * Size];
        weights[7] = 0.1f;
        Assert.True(new FileInfo(Write("mixed", weights)).Length > 4 * Size * Size);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, float[] weights)
    {
        var graph = new Graph("test", "A graph under test.");
        graph.Output("y", graph.Input("x", ["N", Size], "An input.").MatMul(graph.Constant(weights, [Size, Size])), "Result.");
        var path = Path.Combine(_folder, $"{name}.onnx");
        OnnxModel.Write(graph, path);
        return path;
    }
}
