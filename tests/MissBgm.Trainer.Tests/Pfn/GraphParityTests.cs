using Microsoft.ML.OnnxRuntime;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>The emitted graphs against the trainer's own forward pass.</summary>
public sealed class GraphParityTests : IDisposable
{
    private readonly PfnNetwork _network = TinyNetwork.Random(TinyNetwork.Config);
    private readonly PfnWeights _weights;

    public GraphParityTests() => _weights = PfnExport.Weights(_network, _network.Parameters.Values);

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(30, 20, 7, 3, 0.3)]
    [InlineData(30, 1, 7, 2, 0.3)]
    [InlineData(2, 5, 4, 2, 0.3)]
    [InlineData(2, 1, 1, 2, 0.0)]
    [InlineData(40, 11, 100, 10, 0.5)]
    [InlineData(25, 6, 5, 4, 1.0)]
    [InlineData(300, 200, 50, 5, 0.2)]
    public void Probabilities_and_embeddings_equal_the_trainers(int context, int query, int features, int classes, double missing)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (values, observed) = TinyNetwork.Table(context + query, features, missing, features);
        var labels = Enumerable.Range(0, context).Select(i => (long)(i % classes)).ToArray();
        var expected = Forward(values, observed, labels, classes);
        var actual = RunPfn(values, observed, context, labels, classes);
        AssertClose(expected.Probabilities, Used(actual["probabilities"], classes), 1e-4);
        AssertClose(expected.Context, actual["context_embedding"], 1e-4);
        AssertClose(expected.Query, actual["query_embedding"], 1e-4);
        AssertClose(expected.Location, actual["location"], 1e-4);
        AssertClose(expected.Scale, actual["scale"], 1e-4);
    }

    [Theory]
    [InlineData(30, 20, 7, 0.3)]
    [InlineData(30, 1, 7, 0.3)]
    [InlineData(2, 5, 4, 0.3)]
    [InlineData(1, 1, 1, 0.0)]
    [InlineData(40, 11, 100, 0.5)]
    [InlineData(25, 6, 5, 1.0)]
    [InlineData(300, 200, 50, 0.2)]
    public void The_flows_start_equals_the_trainers(int context, int query, int features, double missing)
    {
        using var scope = NewDisposeScope();
        var (values, observed) = TinyNetwork.Table(context + query, features, missing, features);
        var standard = Standardisation.Of(values, observed, context);
        var expected = FlowBaseline.Of(standard.Apply(values), observed, context);
        var garbage = where(observed.gt(0.5), values, full_like(values, float.NaN));
        var actual = RunBaseline(garbage, observed, context);
        AssertClose(expected.Mean.ToFloats(), [.. actual["context_mean"], .. actual["query_mean"]], 1e-4);
        AssertClose(expected.Spread.ToFloats(), actual["spread"], 1e-4);
    }

    [Fact]
    public void The_order_of_the_context_has_no_meaning_for_the_flows_start()
    {
        using var scope = NewDisposeScope();
        var (values, observed) = TinyNetwork.Table(60, 6, 0.3, 2);
        var order = new Philox(3).Permutation(50, RandomPurpose.Shuffle, 0);
        var rows = tensor(order.Select(i => (long)i).Concat(Enumerable.Range(50, 10).Select(i => (long)i)).ToArray());
        var (straight, shuffled) = (RunBaseline(values, observed, 50), RunBaseline(values.index_select(1, rows), observed.index_select(1, rows), 50));
        AssertClose(straight["query_mean"], shuffled["query_mean"], 1e-4);
        AssertClose(straight["spread"], shuffled["spread"], 1e-4);
    }

    [Fact]
    public void What_stands_in_missing_cells_is_not_read()
    {
        using var scope = NewDisposeScope();
        var (values, observed) = TinyNetwork.Table(40, 6, 0.4, 1);
        var labels = Enumerable.Range(0, 30).Select(i => (long)(i % 2)).ToArray();
        var garbage = where(observed.gt(0.5), values, full_like(values, float.NaN));
        Assert.Equal(RunPfn(values, observed, 30, labels, 2)["probabilities"], RunPfn(garbage, observed, 30, labels, 2)["probabilities"]);
    }

    [Fact]
    public void The_order_of_the_context_has_no_meaning()
    {
        using var scope = NewDisposeScope();
        var (values, observed) = TinyNetwork.Table(60, 6, 0.3, 2);
        var labels = Enumerable.Range(0, 50).Select(i => (long)(i % 3)).ToArray();
        var order = new Philox(3).Permutation(50, RandomPurpose.Shuffle, 0);
        var rows = tensor(order.Select(i => (long)i).Concat(Enumerable.Range(50, 10).Select(i => (long)i)).ToArray());
        var shuffled = RunPfn(values.index_select(1, rows), observed.index_select(1, rows), 50, Array.ConvertAll(order, i => labels[i]), 3);
        AssertClose(RunPfn(values, observed, 50, labels, 3)["probabilities"], shuffled["probabilities"], 1e-4);
    }

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(9, 20, 100)]
    [InlineData(50, 33, 6)]
    public void Velocities_equal_the_trainers(int rows, int context, int features)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var random = new StepRandom(1, RandomPurpose.Prior, rows, CPU);
        var (state, time) = (random.Normal(1, rows, features), random.Uniform(1, rows, 1));
        var (row, source) = (random.Normal(1, rows, 32), random.Normal(1, context, 32));
        var start = new FlowBaseline(random.Normal(1, rows, features), random.Uniform(1, 1, features) + 0.1);
        var expected = _network.Flow.Velocity(_network.Parameters.Views(false), state, time, new Encoding(row), new Encoding(source), start).ToFloats();
        var actual = Run(OnnxModel.Serialize(FlowVelocityGraph.Build(_weights)), [
            ("state", state.squeeze(0)), ("time", time.view(-1)), ("row_embedding", row.squeeze(0)), ("context_embedding", source.squeeze(0)),
            ("mean", start.Mean.squeeze(0)), ("spread", start.Spread.view(-1))]);
        AssertClose(expected, actual["velocity"], 1e-4);
    }

    [Fact]
    public void The_solvers_error_falls_with_the_square_of_the_step()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(2, RandomPurpose.Prior, 0, CPU);
        const int Rows = 20;
        // A network's fast waves of time would take hundreds of steps to resolve; this one sees none.
        using (no_grad()) _network.Parameters.Views(false)[_network.Arrays.Select(array => array.Name).ToList().IndexOf("flow.time.kernel")].zero_();
        var weights = PfnExport.Weights(_network, _network.Parameters.Values);
        var (noise, (values, observed)) = (random.Normal(Rows, 6), TinyNetwork.Table(Rows, 6, 0.6, 4));
        var (row, context) = (random.Normal(Rows, 32), random.Normal(30, 32));
        float[] Sample(int steps) => Run(OnnxModel.Serialize(FlowSamplerGraph.Build(weights, steps)), [
            ("noise", noise), ("values", values.squeeze(0)), ("observed", observed.squeeze(0)), ("location", zeros(6)), ("scale", ones(6) * 4),
            ("mean", zeros(Rows, 6)), ("spread", ones(6)), ("row_embedding", row), ("context_embedding", context)])["samples"];
        var exact = Sample(64);
        double Error(int steps) => Math.Sqrt(Sample(steps).Zip(exact, (a, b) => (double)(a - b) * (a - b)).Average());
        var (coarse, fine) = (Error(8), Error(16));
        // Second order: a factor of 4; higher-order terms move it a little.
        Assert.InRange(coarse / fine, 3, 5.5);
    }

    // The sampler does not integrate the velocity itself but what is left of it when the standard normal's part is solved exactly.
    [Fact]
    public void Samples_end_where_the_velocity_leads()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var random = new StepRandom(2, RandomPurpose.Prior, 1, CPU);
        const int Rows = 12, Steps = 400;
        var noise = random.Normal(Rows, 5);
        var (row, context, mean, spread) = (random.Normal(Rows, 32), random.Normal(30, 32), random.Normal(Rows, 5), random.Uniform(5) + 0.1);
        using var session = new InferenceSession(OnnxModel.Serialize(FlowVelocityGraph.Build(_weights)));
        var state = noise;
        for (var i = 0; i < Steps; i++)
        {
            var middle = state + Velocity(state, i / (double)Steps) * (0.5 / Steps);
            state = state + Velocity(middle, (i + 0.5) / Steps) * (1.0 / Steps);
        }

        var samples = Run(OnnxModel.Serialize(FlowSamplerGraph.Build(_weights, 64)), [
            ("noise", noise), ("values", zeros(Rows, 5)), ("observed", zeros(Rows, 5)), ("location", zeros(5)), ("scale", ones(5)),
            ("mean", mean), ("spread", spread), ("row_embedding", row), ("context_embedding", context)])["samples"];
        AssertClose((mean + state * spread).clamp(-8, 8).ToFloats(), samples, 1e-3);

        Tensor Velocity(Tensor x, double time) => tensor(Run(session, [
            ("state", x), ("time", full([Rows], time)), ("row_embedding", row), ("context_embedding", context), ("mean", mean),
            ("spread", spread)])["velocity"], Rows, 5);
    }

    [Fact]
    public void Samples_keep_observed_cells_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(2, RandomPurpose.Prior, 0, CPU);
        var (values, observed) = TinyNetwork.Table(20, 6, 0.5, 4);
        var samples = Run(OnnxModel.Serialize(FlowSamplerGraph.Build(_weights, 4)), [
            ("noise", random.Normal(20, 6)), ("values", values.squeeze(0)), ("observed", observed.squeeze(0)), ("location", zeros(6)), ("scale", ones(6)),
            ("mean", random.Normal(20, 6)), ("spread", ones(6) * 0.3), ("row_embedding", random.Normal(20, 32)),
            ("context_embedding", random.Normal(30, 32))])["samples"];
        var (given, shown) = (values.ToFloats(), observed.ToFloats());
        for (var i = 0; i < samples.Length; i++)
        {
            if (shown[i] == 1) Assert.Equal(given[i], samples[i]);
            else Assert.NotEqual(given[i], samples[i]);
        }
    }

    private (float[] Probabilities, float[] Context, float[] Query, float[] Location, float[] Scale) Forward(
        Tensor values, Tensor observed, long[] labels, int classes)
    {
        var parameters = _network.Parameters.Views(false);
        var context = labels.Length;
        var standard = Standardisation.Of(values, observed, context);
        var encoding = _network.Backbone.Encode(parameters, standard.Apply(values), observed, tensor(labels).view(1, -1), ones(1, 1, 1));
        var query = encoding.OfRows(context, values.shape[1] - context);
        var probabilities = _network.Backbone.LogProbabilities(parameters, query, tensor(new long[] { classes })).exp();
        return (
            Used(probabilities.ToFloats(), classes), encoding.OfRows(0, context).Rows.ToFloats(), query.Rows.ToFloats(),
            standard.Location.ToFloats(), standard.Scale.ToFloats());
    }

    private Dictionary<string, float[]> RunPfn(Tensor values, Tensor observed, int context, long[] labels, int classes)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(PfnGraph.Build(_weights)));
        var query = values.shape[1] - context;
        using var label = OrtValue.CreateTensorValueFromMemory(labels, [context]);
        using var count = OrtValue.CreateTensorValueFromMemory<long>([classes], []);
        return Run(session, [
            ("context_values", values.narrow(1, 0, context).squeeze(0)), ("context_observed", observed.narrow(1, 0, context).squeeze(0)),
            ("query_values", values.narrow(1, context, query).squeeze(0)), ("query_observed", observed.narrow(1, context, query).squeeze(0))],
            ("context_labels", label), ("classes", count));
    }

    private static Dictionary<string, float[]> RunBaseline(Tensor values, Tensor observed, int context)
    {
        var query = values.shape[1] - context;
        return Run(OnnxModel.Serialize(FlowBaselineGraph.Build(TinyNetwork.Config.Features)), [
            ("context_values", values.narrow(1, 0, context).squeeze(0)), ("context_observed", observed.narrow(1, 0, context).squeeze(0)),
            ("query_values", values.narrow(1, context, query).squeeze(0)), ("query_observed", observed.narrow(1, context, query).squeeze(0))]);
    }

    private static Dictionary<string, float[]> Run(byte[] model, (string Name, Tensor Value)[] inputs)
    {
        using var session = new InferenceSession(model);
        return Run(session, inputs);
    }

    private static Dictionary<string, float[]> Run(
        InferenceSession session, (string Name, Tensor Value)[] inputs, params (string Name, OrtValue Value)[] others)
    {
        using var options = new RunOptions();
        var floats = inputs.Select(input => (input.Name, Value: OrtValue.CreateTensorValueFromMemory(input.Value.ToFloats(), input.Value.shape))).ToArray();
        var all = floats.Concat(others).ToArray();
        using var results = session.Run(options, [.. all.Select(input => input.Name)], [.. all.Select(input => input.Value)], session.OutputNames);
        foreach (var input in floats) input.Value.Dispose();
        return session.OutputNames.Zip(results, (name, value) => (name, values: value.GetTensorDataAsSpan<float>().ToArray()))
            .ToDictionary(p => p.name, p => p.values);
    }

    // Columns of the classes the task has; the others must be zero.
    private static float[] Used(float[] probabilities, int classes)
    {
        Assert.All(Enumerable.Range(0, probabilities.Length).Where(i => i % 10 >= classes), i => Assert.True(probabilities[i] < 1e-20));
        return [.. Enumerable.Range(0, probabilities.Length).Where(i => i % 10 < classes).Select(i => probabilities[i])];
    }

    // Relative to the largest value.
    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs) + 1e-6;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"element {i}: {expected[i]} and {actual[i]}");
        }
    }
}
