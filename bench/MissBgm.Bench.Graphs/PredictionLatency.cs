using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Graphs;

/// <summary>
/// How long a PFN-Flow bundle takes to predict 200 rows from 800 others, 50 columns, a tenth of the cells missing, as a Markdown table: the
/// graph alone, and the runtime's predictor with its encoding of the tables and its ensemble. All in one process that has loaded the model
/// and run before.
/// </summary>
internal static class PredictionLatency
{
    private const int Context = 800;
    private const int Query = 200;
    private const int Features = 50;
    private const double Missing = 0.1;
    private const int Runs = 9;

    public static void Print(string model)
    {
        var (values, observed) = Cells();
        var (train, test) = (Labelled(values, observed, 0, Context), Labelled(values, observed, Context, Context + Query));
        using var network = PfnModel.Load(model);
        var predictor = new Predictor(network);
        Console.WriteLine("| | threads | median, s | fastest, s | processor, s |\n|---|---|---|---|---|");
        // A network over cells takes what other graphs of its bundle make of the rows.
        var graphFile = Path.Combine(model, PfnFiles.Pfn);
        var alone = File.Exists(graphFile) ? 2 : 0;
        for (var threads = 1; threads <= alone; threads++)
        {
            using var graph = new PredictionGraph(graphFile, threads, values, observed, Context, Query);
            Line("graph, one pass", threads, graph.Run);
        }

        foreach (var (ensemble, threads) in new[] { (1, 1), (1, 2), (8, 1), (8, 2) })
        {
            Line(
                $"predictor, ensemble of {ensemble}", threads,
                () => predictor.Predict(train, test, "label", new PredictOptions { Ensemble = ensemble, Threads = threads }));
        }
    }

    private static void Line(string name, int threads, Action run)
    {
        run();
        var (wall, processor) = (new double[Runs], new double[Runs]);
        for (var i = 0; i < Runs; i++)
        {
            var (clock, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            run();
            (wall[i], processor[i]) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        Console.WriteLine($"| {name} | {threads} | {Median(wall):0.000} | {wall.Min():0.000} | {Median(processor):0.000} |");
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static (float[] Values, float[] Observed) Cells()
    {
        var random = new Philox(1);
        var (values, uniforms) = (new float[(Context + Query) * Features], new float[(Context + Query) * Features]);
        random.Normals(values, RandomPurpose.Simulation, 0, 0, 0);
        random.Uniforms(uniforms, RandomPurpose.Simulation, 0, 0, 1);
        return (values, Array.ConvertAll(uniforms, uniform => uniform < Missing ? 0f : 1f));
    }

    // The label is the sign of the sum of three columns.
    private static Table Labelled(float[] values, float[] observed, int from, int to)
    {
        var header = Enumerable.Range(0, Features).Select(column => $"x{column}").Append("label").ToArray();
        var cells = Enumerable.Range(from, to - from).SelectMany(row =>
        {
            var first = row * Features;
            var shown = Enumerable.Range(first, Features).Select(cell => observed[cell] == 1 ? $"{values[cell]:R}" : "");
            return shown.Append(values[first] + values[first + 1] + values[first + 2] > 0 ? "yes" : "no");
        });
        return Table.FromText(header, [.. cells], MissingTokens.Default);
    }

    /// <summary>The bundle's graph with its inputs in place.</summary>
    private sealed class PredictionGraph : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly string[] _names;
        private readonly OrtValue[] _inputs;

        public PredictionGraph(string path, int threads, float[] values, float[] observed, int context, int query)
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
            _session = new InferenceSession(path, options);
            var labels = Enumerable.Range(0, context).Select(row => row % 2L).ToArray();
            _names = ["context_values", "context_observed", "context_labels", "query_values", "query_observed", "classes"];
            _inputs =
            [
                Rows(values, 0, context), Rows(observed, 0, context), OrtValue.CreateTensorValueFromMemory(labels, [context]),
                Rows(values, context, query), Rows(observed, context, query), OrtValue.CreateTensorValueFromMemory<long>([2], []),
            ];
        }

        public void Run() => _session.Run(_options, _names, _inputs, _session.OutputNames).Dispose();

        public void Dispose()
        {
            Array.ForEach(_inputs, input => input.Dispose());
            _options.Dispose();
            _session.Dispose();
        }

        private static OrtValue Rows(float[] cells, int first, int count) =>
            OrtValue.CreateTensorValueFromMemory(cells[(first * Features)..((first + count) * Features)], [count, Features]);
    }
}
