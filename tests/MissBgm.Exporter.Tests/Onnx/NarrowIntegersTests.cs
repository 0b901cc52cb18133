using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Onnx;

/// <summary>Many whole numbers are stored in no more bits than they need.</summary>
public sealed class NarrowIntegersTests : IDisposable
{
    private const int Size = 2000;
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    [Theory]
    [InlineData(32_767L, 2)]
    [InlineData(-32_769L, 4)]
    [InlineData(-2_147_483_648L, 4)]
    [InlineData(2_147_483_648L, 8)]
    public void Numbers_come_back_from_the_fewest_bytes_that_hold_them(long largest, int bytes)
    {
        long[] numbers = [.. Enumerable.Range(0, Size - 1).Select(i => (long)i), largest];
        var graph = new Graph("test", "A graph under test.");
        var at = graph.Input("at", ["N"], "Places.", ElementType.Integer);
        graph.Output("y", graph.Integers(numbers).Gather(at, 0).Cast(ElementType.Double), "Numbers there.");
        var path = Path.Combine(_folder, "numbers.onnx");
        OnnxModel.Write(graph, path);
        Assert.InRange(new FileInfo(path).Length, bytes * Size, bytes * Size + 1000);
        Programs.Run("/usr/bin/python3", "-c", "import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)", path);
        using var host = new Host(path);
        Assert.Equal([7.0, largest], host.Run(("at", [7.0, Size - 1.0], [2]))["y"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
