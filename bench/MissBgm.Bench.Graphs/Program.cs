using System.Globalization;
using MissBgm.Bench.Graphs;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;

// Measures the exported graphs: bench/README.md. With "peak fused|host N" prints the process's peak memory in MiB after ten sweeps instead, with
// "binding" what it gains to bind a graph's inputs and outputs once for all runs, with
// "sampler MODEL TABLE.csv" how much of the machine the joint sampler uses, with "predict MODEL" how long a PFN-Flow model takes to predict.
const int LeapfrogSteps = 5;
var filled = new Dictionary<string, float>
{
    ["beta"] = 0.01f,
    ["variance"] = 1,
    ["observed"] = 0.8f,
    ["step_size"] = 0.02f,
    ["uniform"] = 0.5f,
    ["latent_step_size"] = 0.02f,
    ["missing_step_size"] = 0.02f,
    ["latent_uniform"] = 0.5f,
    ["missing_uniform"] = 0.5f,
};
var large = Networks.Model(5, 50, [120, 120, 120, 120, 120]);
var wine = Networks.Model(5, 13, [120, 120, 120]);

if (args is ["peak", var kind, var count])
{
    Peak(kind, int.Parse(count));
    return;
}

if (args is ["binding"])
{
    Console.WriteLine("| graph | N | bound us | unbound us | ratio |\n|---|---|---|---|---|");
    foreach (var (name, graph) in new[] { ("generator", GeneratorGraph.Build(wine.Generator)), ("joint_sweep", JointSweepGraph.Build(wine, LeapfrogSteps)) })
    {
        foreach (var n in new[] { 1, 256 })
        {
            using var bound = new BoundGraph(graph, n, filled);
            Console.WriteLine($"| {name} 5-120x3-13 {Row(n, Timing.Microseconds(bound.Run, bound.RunUnbound))}");
        }
    }

    return;
}

if (args is ["sampler", var model, var data])
{
    SamplerSpeed.Print(model, data);
    return;
}

if (args is ["predict", var bundle])
{
    PredictionLatency.Print(bundle);
    return;
}

var derived = LatentGradientGraph.Build(large.Generator);
var byHand = HandDerivedLatentGradient.Build(large.Generator);
Console.WriteLine($"latent_gradient 5-120x5-50, nodes: derived {OnnxModel.NodeCount(derived)}, by hand {OnnxModel.NodeCount(byHand)}");
Console.WriteLine("| N | derived us | by hand us | ratio |\n|---|---|---|---|");
foreach (var n in new[] { 16, 256, 5000 })
{
    using var first = new BoundGraph(derived, n, filled);
    using var second = new BoundGraph(byHand, n, filled);
    Console.WriteLine(Row(n, Timing.Microseconds(first.Run, second.Run)));
}

foreach (var (name, weights) in new[] { ("5-120x3-13", wine), ("5-120x5-50", large) })
{
    var gibbs = GibbsSweepGraph.Build(weights, LeapfrogSteps);
    Compare($"gibbs_sweep {name}", gibbs, n =>
    {
        var host = new HostDrivenSweep(weights, n, LeapfrogSteps, filled);
        return (host, host.Run);
    });
    var joint = JointSweepGraph.Build(weights, LeapfrogSteps);
    Compare($"joint_sweep {name}", joint, n =>
    {
        var host = new HostDrivenJointSweep(weights, n, LeapfrogSteps, filled);
        return (host, host.Run);
    });
}

void Compare(string name, Graph graph, Func<int, (IDisposable Resource, Action Run)> hostDriven)
{
    Console.WriteLine($"\n{name}, L = {LeapfrogSteps}, {OnnxModel.NodeCount(graph)} nodes, {OnnxModel.Serialize(graph).Length / 1024} KiB");
    Console.WriteLine("| N | fused us | host-driven us | ratio |\n|---|---|---|---|");
    foreach (var n in new[] { 1, 16, 256, 2048 })
    {
        using var fused = new BoundGraph(graph, n, filled);
        var (resource, run) = hostDriven(n);
        using (resource) Console.WriteLine(Row(n, Timing.Microseconds(fused.Run, run)));
    }
}

static string Row(int n, double[] microseconds) =>
    string.Create(CultureInfo.InvariantCulture, $"| {n} | {microseconds[0]:F1} | {microseconds[1]:F1} | {microseconds[0] / microseconds[1]:F3} |");

void Peak(string kind, int n)
{
    using var host = kind == "host" ? new HostDrivenSweep(large, n, LeapfrogSteps, filled) : null;
    using var fused = kind == "fused" ? new BoundGraph(GibbsSweepGraph.Build(large, LeapfrogSteps), n, filled) : null;
    for (var i = 0; i < 10; i++)
    {
        host?.Run();
        fused?.Run();
    }

    Console.WriteLine($"{kind} N = {n}: {File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))}");
}
