using Microsoft.ML.OnnxRuntime;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>The emitted graphs of a network over cells against the trainer's own forward pass.</summary>
public sealed class CellGraphParityTests : IDisposable
{
    // Sums of some hundred products in single precision, in another order.
    private const double Tolerance = 1e-5;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private PfnNetwork _network = TinyNetwork.Random(TinyNetwork.Cells);
    private PfnWeights _weights;

    public CellGraphParityTests() => _weights = PfnExport.Weights(_network, _network.Parameters.Values);

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    private void Take(NetworkConfig config)
    {
        _network.Dispose();
        _network = TinyNetwork.Random(config);
        _weights = PfnExport.Weights(_network, _network.Parameters.Values);
    }

    [Theory]
    [InlineData(30, 20, 7, 3, 0.3, false)]
    [InlineData(30, 1, 7, 2, 0.3, false)]
    [InlineData(2, 1, 1, 2, 0.0, false)]
    [InlineData(25, 6, 5, 4, 1.0, false)]
    [InlineData(60, 40, 12, 10, 0.2, false)]
    [InlineData(30, 20, 7, 3, 0.3, true)]
    [InlineData(2, 1, 1, 2, 0.0, true)]
    [InlineData(25, 6, 5, 4, 1.0, true)]
    [InlineData(60, 40, 12, 10, 0.2, true)]
    public void Everything_equals_the_trainers(int context, int query, int features, int classes, double missing, bool guesses)
    {
        Take(guesses ? TinyNetwork.GuessingCells : TinyNetwork.Cells);
        var (values, observed, identity) = Table(context + query, features, missing);
        var labels = Enumerable.Range(0, context).Select(i => (long)(i % classes)).ToArray();
        var parameters = _network.Parameters.Views(false);
        var standard = Standardisation.Of(values, observed, context);
        var encoding = _network.Backbone.Encode(parameters, standard.Apply(values), observed, tensor(labels).view(1, -1), ones(1, 1, 1), identity);
        var asked = encoding.OfRows(context, query);
        var probabilities = _network.Backbone.LogProbabilities(parameters, asked, tensor(new long[] { classes })).exp();
        var logs = _network.Cells!.LogProbabilities(parameters, asked.Cells!, asked.Guess);
        var (mean, deviation) = CellValues.Moments(logs);

        var garbage = where(observed.gt(0.5), values, full_like(values, float.NaN));
        var actual = RunCells(garbage, observed, identity, context, labels, classes);
        AssertClose(probabilities, actual["probabilities"]);
        AssertClose(encoding.OfRows(0, context).Cells!, actual["context_embedding"]);
        AssertClose(asked.Cells!, actual["query_embedding"]);
        AssertClose(mean, actual["query_mean"]);
        AssertClose(deviation, actual["query_deviation"]);
        AssertClose(standard.Location, actual["location"]);
        AssertClose(standard.Scale, actual["scale"]);

        (string, Tensor)[] embedded = [("cell_embedding", asked.Cells!.reshape(-1, TinyNetwork.Cells.Width))];
        if (asked.Guess is { } guess)
        {
            embedded = [.. embedded, ("guess", guess.Mean.reshape(-1)), ("guess_spread", guess.Spread.expand_as(guess.Mean).reshape(-1))];
        }

        var bars = Run(CellDistributionGraph.Build(_weights), embedded);
        AssertClose(logs.exp(), bars["bars"]);
        AssertClose(tensor(CellBars.Edges.ToArray()), bars["edges"]);
    }

    // Regressions are weighed with every fourth column hidden: columns that are hidden together stay so.
    [Theory]
    [InlineData(false, new long[] { 4, 1, 5, 0, 3, 2 })]
    [InlineData(true, new long[] { 4, 5, 2, 3, 0, 1 })]
    public void Columns_move_with_their_identities_and_the_order_of_context_rows_has_no_meaning(bool guesses, long[] columns)
    {
        Take(guesses ? TinyNetwork.GuessingCells : TinyNetwork.Cells);
        var (values, observed, identity) = Table(30, 6, 0.3);
        var labels = Enumerable.Range(0, 23).Select(i => (long)(i % 3)).ToArray();
        var straight = RunCells(values, observed, identity, 23, labels, 3);
        var rows = new Philox(7).Permutation(23, RandomPurpose.Shuffle, 0);
        var order = tensor(rows.Select(row => (long)row).Concat(Enumerable.Range(23, 7).Select(row => (long)row)).ToArray());
        Tensor Moved(Tensor x) => x.index_select(1, order).index_select(2, tensor(columns));
        var moved = RunCells(
            Moved(values), Moved(observed), identity.index_select(1, tensor(columns)), 23, Array.ConvertAll(rows, row => labels[row]), 3);
        AssertClose(tensor(straight["probabilities"]), moved["probabilities"]);
        AssertClose(tensor(straight["query_mean"]).view(7, 6).index_select(1, tensor(columns)), moved["query_mean"]);
        AssertClose(tensor(straight["query_deviation"]).view(7, 6).index_select(1, tensor(columns)), moved["query_deviation"]);
        AssertClose(tensor(straight["context_mean"]).view(1, 23, 6).index_select(1, order[..23]).index_select(2, tensor(columns)), moved["context_mean"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_without_a_label_in_the_context_is_one_whose_label_is_withheld(bool guesses)
    {
        Take(guesses ? TinyNetwork.GuessingCells : TinyNetwork.Cells);
        var (values, observed, identity) = Table(24, 5, 0.3);
        var encoding = _network.Backbone.Encode(
            _network.Parameters.Views(false), Standardisation.Of(values, observed, 20).Apply(values), observed, zeros([1, 20], ScalarType.Int64),
            zeros(1, 1, 1), identity);
        var actual = RunCells(values, observed, identity, 20, [.. Enumerable.Repeat(10L, 20)], 2);
        AssertClose(encoding.OfRows(20, 4).Cells!, actual["query_embedding"]);
        var asked = _network.Backbone.LogProbabilities(_network.Parameters.Views(false), encoding.OfRows(20, 4), tensor(new long[] { 2 }));
        AssertClose(asked.exp(), actual["probabilities"]);
    }

    [Fact]
    public void Draws_along_the_flow_end_where_the_trainers_end_and_keep_observed_cells()
    {
        var (values, observed, identity) = Table(40, 6, 0.4);
        using var random = new StepRandom(3, RandomPurpose.Prior, 0, CPU);
        var noise = random.Normal(40, 6);
        var labels = Enumerable.Repeat(10L, 40).ToArray();
        var cells = RunCells(values, observed, identity, 40, labels, 2, query: 1);
        Tensor Of(string name, params long[] shape) => tensor(cells[name]).view(shape);
        var actual = Run(
            CellSamplerGraph.Build(_weights, 64), ("noise", noise), ("values", values[0]), ("observed", observed[0]), ("location", Of("location", 6)),
            ("scale", Of("scale", 6)), ("mean", Of("context_mean", 40, 6)), ("deviation", Of("context_deviation", 40, 6)),
            ("cell_embedding", Of("context_embedding", 40, 6, 16)))["samples"];

        var parameters = _network.Parameters.Views(false);
        var standard = Standardisation.Of(values, observed, 40);
        var scaled = standard.Apply(values);
        var rows = _network.Backbone.Encode(parameters, scaled, observed, zeros([1, 40], ScalarType.Int64), zeros(1, 1, 1), identity);
        var start = _network.Flow.Start(parameters, rows, scaled, observed, 40);
        var state = noise.unsqueeze(0);
        const int Steps = 400;
        for (var step = 0; step < Steps; step++)
        {
            var middle = Pinned(state + Velocity(state, step / (double)Steps) * (0.5 / Steps), (step + 0.5) / Steps);
            state = Pinned(state + Velocity(middle, (step + 0.5) / Steps) * (1.0 / Steps), (step + 1.0) / Steps);
        }

        var drawn = (start.Mean + state * start.Spread).clamp(-8, 8) * standard.Scale + standard.Location;
        AssertClose(where(observed.gt(0.5), values, drawn), actual, 2e-3);
        var (given, shown) = (values.ToFloats(), observed.ToFloats());
        Assert.All(Enumerable.Range(0, actual.Length).Where(i => shown[i] == 1), i => Assert.Equal(given[i], actual[i]));

        Tensor Velocity(Tensor x, double time) => _network.Flow.Velocity(parameters, x, full([1, 40, 1], time), rows, rows, start);

        Tensor Pinned(Tensor x, double time) => where(observed.gt(0.5), noise * (1 - time) + scaled * time, x);
    }

    private (Tensor Values, Tensor Observed, Tensor Identity) Table(long rows, long features, double missing)
    {
        var (values, observed) = TinyNetwork.Table(rows, features, missing, features);
        using var random = new StepRandom(23, RandomPurpose.Prior, 100 + features, CPU);
        return (values, observed, random.Normal(1, features, _network.Backbone.IdentityWidth));
    }

    private Dictionary<string, float[]> RunCells(
        Tensor values, Tensor observed, Tensor identity, int context, long[] labels, int classes, int? query = null)
    {
        var asked = query ?? values.shape[1] - context;
        Tensor Rows(Tensor x, bool known) => known ? x.narrow(1, 0, context)[0] : x.narrow(1, values.shape[1] - asked, asked)[0];
        (string, Tensor)[] tables =
        [
            ("context_values", Rows(values, true)), ("context_observed", Rows(observed, true)), ("query_values", Rows(values, false)),
            ("query_observed", Rows(observed, false)),
        ];
        (string, Tensor)[] guesses = [];
        if (_network.Config.Guesses)
        {
            // By the bundle's own graph, which has its parity tests.
            var start = Run(OnnxModel.Serialize(FlowBaselineGraph.Build(_network.Config.Features)), tables);
            Tensor Guess(string name) => tensor(start[name]).view(-1, values.shape[2]);
            guesses = [("context_guess", Guess("context_mean")), ("query_guess", Guess("query_mean")), ("guess_spread", tensor(start["spread"]))];
        }

        using var label = OrtValue.CreateTensorValueFromMemory(labels, [context]);
        using var count = OrtValue.CreateTensorValueFromMemory<long>([classes], []);
        return Run(
            OnnxModel.Serialize(CellGraph.Build(_weights)),
            [.. tables, .. guesses, ("column_identity", identity[0])],
            ("context_labels", label), ("classes", count));
    }

    private static Dictionary<string, float[]> Run(MissBgm.Exporter.Graphs.Graph graph, params (string Name, Tensor Value)[] inputs) =>
        Run(OnnxModel.Serialize(graph), inputs);

    private static Dictionary<string, float[]> Run(byte[] model, (string Name, Tensor Value)[] inputs, params (string Name, OrtValue Value)[] others)
    {
        using var session = new InferenceSession(model);
        using var options = new RunOptions();
        var floats = inputs.Select(input => (input.Name, Value: OrtValue.CreateTensorValueFromMemory(input.Value.ToFloats(), input.Value.shape))).ToArray();
        var all = floats.Concat(others).ToArray();
        using var results = session.Run(options, [.. all.Select(input => input.Name)], [.. all.Select(input => input.Value)], session.OutputNames);
        foreach (var input in floats) input.Value.Dispose();
        return session.OutputNames.Zip(results, (name, value) => (name, values: value.GetTensorDataAsSpan<float>().ToArray()))
            .ToDictionary(pair => pair.name, pair => pair.values);
    }

    // Relative to the largest value.
    private static void AssertClose(Tensor expected, float[] actual, double tolerance = Tolerance)
    {
        var values = expected.ToFloats();
        Assert.Equal(values.Length, actual.Length);
        var scale = values.Max(Math.Abs) + 1e-6;
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(Math.Abs(values[i] - actual[i]) <= tolerance * scale, $"element {i}: {values[i]} and {actual[i]}");
        }
    }
}
