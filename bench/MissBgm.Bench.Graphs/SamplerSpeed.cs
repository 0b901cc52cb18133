using System.Text.Json;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Graphs;

/// <summary>
/// How much of the machine the joint sampler uses: the gradient graph of a bundle, and whole sweeps, against ONNX Runtime's bare matrix products of the
/// same shapes, and two threads against one. One line of JSON.
/// </summary>
internal static class SamplerSpeed
{
    private const int Chains = 4;
    private const int TableRows = 64;

    public static void Print(string model, string data)
    {
        var bundle = Bundle.Load(model);
        var rows = Chains * TableRows;
        var graph = File.ReadAllBytes(Path.Combine(model, GraphFiles.PosteriorGradient));
        var products = Products(ModelProto.Parser.ParseFrom(graph).Graph);
        var flop = products.Sum(product => 2.0 * rows * product.Inner * product.Columns);
        using var gradient = new BoundGraph(graph, rows, new Dictionary<string, float> { ["beta"] = 0.01f, ["observed"] = 0.8f });
        using var bare = new BoundGraph(Bare(products), rows, new Dictionary<string, float>());
        var microseconds = Timing.Microseconds(bare.Run, gradient.Run);

        using var imputer = Imputer.Load(model);
        var table = TableReader.Read(data);
        var sweep = Sweep(imputer, table);
        var (one, two) = (Threads(imputer, table, 1), Threads(imputer, table, 2));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            rows,
            mflop_per_gradient = flop / 1e6,
            bare_gflops = flop / microseconds[0] / 1e3,
            gradient_gflops = flop / microseconds[1] / 1e3,
            gradient_share = microseconds[0] / microseconds[1],
            sweeps_per_second = 1 / sweep,
            sweep_gflops = flop * bundle.Manifest.Inference.LeapfrogSteps / sweep / 1e9,
            sweep_share = microseconds[0] / 1e6 * bundle.Manifest.Inference.LeapfrogSteps / sweep,
            two_thread_speed_up = one.Wall / two.Wall,
            two_thread_processor_time = two.Processor / one.Processor,
        }));
    }

    // Processor seconds of a sweep of one chunk: a long run less a short one, so that start and refinement do not count.
    private static double Sweep(Imputer imputer, Table table)
    {
        const int Short = 50;
        const int Long = 350;
        double Seconds(int draws)
        {
            var start = Environment.CpuUsage.TotalTime;
            imputer.Impute(table, Options(imputer, draws, TableRows) with { Threads = 1 });
            return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }

        Seconds(Short);
        return Enumerable.Range(0, 3).Select(_ => (Seconds(Long) - Seconds(Short)) / (Long - Short)).Order().ElementAt(1);
    }

    private static (double Wall, double Processor) Threads(Imputer imputer, Table table, int threads)
    {
        var start = Environment.CpuUsage.TotalTime;
        var wall = imputer.Impute(table, Options(imputer, 200, 4 * TableRows) with { Threads = threads }).Report.Seconds;
        return (wall, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
    }

    private static ImputeOptions Options(Imputer imputer, int draws, int rows) =>
        new() { Inference = imputer.Inference with { BurnIn = 0, Draws = draws, Chains = Chains, Sampler = SamplerKind.Joint }, EndRow = rows };

    // Inner size and columns of each product of a batch with constant weights.
    private static (long Inner, long Columns)[] Products(GraphProto graph)
    {
        var weights = graph.Initializer.ToDictionary(initializer => initializer.Name, initializer => initializer.Dims, StringComparer.Ordinal);
        return [.. graph.Node.Where(node => node.OpType is "Gemm" or "MatMul").Select(node =>
        {
            var size = weights[node.Input[1]];
            return node.Attribute.Any(attribute => attribute.Name == "transB" && attribute.I == 1) ? (size[1], size[0]) : (size[0], size[1]);
        })];
    }

    private static Graph Bare((long Inner, long Columns)[] products)
    {
        var graph = new Graph("products", "The matrix products of a gradient, and nothing else.");
        for (var i = 0; i < products.Length; i++)
        {
            var (inner, columns) = products[i];
            var weights = new float[inner * columns];
            new Philox(3).Normals(weights, RandomPurpose.Simulation, 0, i, 0);
            var left = graph.Input($"a{i}", ["N", inner], "Left factor.");
            graph.Output($"c{i}", left.MatMul(graph.Constant(weights, [inner, columns])), "Product.");
        }

        return graph;
    }
}
