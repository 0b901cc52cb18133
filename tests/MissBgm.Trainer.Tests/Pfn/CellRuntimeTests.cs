using System.Text.Json;
using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>Bundles of networks over cells in the runtime: the same numbers as the trainer's, and the commands.</summary>
public sealed class CellRuntimeTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly TestConsole _console = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("cells").FullName;

    public void Dispose()
    {
        _console.Dispose();
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(30, 7, 5, 3, false)]
    [InlineData(30, 7, 5, 3, true)]
    [InlineData(20, 1, 4, 2, false)]
    [InlineData(20, 1, 4, 2, true)]
    [InlineData(12, 7, 1, 2, true)]
    [InlineData(1, 1, 1, 2, true)]
    public void The_runtime_says_of_rows_and_draws_what_the_trainer_does(int context, int query, int features, int classes, bool guesses)
    {
        using var network = TinyNetwork.Random(guesses ? TinyNetwork.GuessingCells : TinyNetwork.Cells);
        using var model = Model(network);
        var (values, observed) = TinyNetwork.Table(context + query, features, 0.3, features);
        var labels = Enumerable.Range(0, context).Select(i => (long)(i % classes)).ToArray();
        var (contextRows, queryRows) = (Rows(values, observed, 0, context), Rows(values, observed, context, query));
        var random = new Philox(9);
        var pass = model.Forward(contextRows, labels, queryRows, classes, null, random, 4, CancellationToken.None);

        var parameters = network.Parameters.Views(false);
        var standard = Standardisation.Of(values, observed, context);
        var scaled = standard.Apply(values);
        var encoding = network.Backbone.Encode(
            parameters, scaled, observed, tensor(labels).view(1, -1), ones(1, 1, 1), Identities(network, random, 4, features));
        var asked = encoding.OfRows(context, query);
        AssertClose(network.Backbone.LogProbabilities(parameters, asked, tensor(new long[] { classes })).exp(), pass.Probabilities);
        var (mean, deviation) = CellValues.Moments(network.Cells!.LogProbabilities(parameters, asked.Cells!, asked.Guess));
        AssertClose(cat([asked.Cells!.reshape(query, -1), mean[0], deviation[0]], 1), pass.Query);

        using var noises = new StepRandom(3, RandomPurpose.Prior, 0, CPU);
        var noise = noises.Normal(1, query, features);
        var start = model.Start(contextRows, queryRows, CancellationToken.None);
        var drawn = model.Sample(
            queryRows, noise.ToFloats(), new RowDescriptions(pass.Query, start.Query), pass, [], start.Spread, CancellationToken.None);
        var known = observed.narrow(1, context, query).gt(0.5);
        var expected = Draw(network, asked, encoding.OfRows(0, context), noise, known, scaled.narrow(1, context, query), mean, deviation);
        AssertClose(where(known, values.narrow(1, context, query), expected * standard.Scale + standard.Location), drawn);
    }

    [Fact]
    public void Predicted_probabilities_are_those_of_the_trainers_pass_over_the_same_table()
    {
        using var network = TinyNetwork.Random(TinyNetwork.GuessingCells);
        using var model = Model(network);
        var (train, test) = (Labelled(40, 1), Labelled(7, 2));
        var options = new PredictOptions { Ensemble = 1, Seed = 3 };
        var prediction = new Predictor(model).Predict(train, test, "label", options);

        var (labels, coding) = (ClassLabels.Read(train, "label"), FeatureEncoding.Learn(train, "label"));
        var (context, query) = (coding.Encode(train), coding.Encode(test));
        var member = EnsembleMember.Draw(new Philox(3), 0, context.Columns, 40, 3, model.Manifest, int.MaxValue);
        Tensor Both(Func<EncodedTable, float[]> part) => cat(
            [
                tensor(part(context.Select(member.Context, member.Features))).view(1, 40, -1),
                tensor(part(query.Select([.. Enumerable.Range(0, 7)], member.Features))).view(1, 7, -1),
            ],
            1);
        var (values, observed) = (Both(table => table.Values), Both(table => table.Observed));
        var groups = tensor(Array.ConvertAll(labels.Classes, label => (long)member.Groups[label])).view(1, -1);
        var parameters = network.Parameters.Views(false);
        var encoding = network.Backbone.Encode(
            parameters, Standardisation.Of(values, observed, 40).Apply(values), observed, groups, ones(1, 1, 1),
            Identities(network, new Philox(3), 0, context.Columns));
        var expected = network.Backbone.LogProbabilities(parameters, encoding.OfRows(40, 7), tensor(new long[] { 3 })).exp();
        AssertClose(
            stack([.. member.Groups.Select(group => expected.select(2, group))], 2), Array.ConvertAll(prediction.Probabilities, p => (float)p));

        // The order of the labelled rows has no meaning.
        var order = new Philox(5).Permutation(40, RandomPurpose.Shuffle, 0);
        var shuffled = new Predictor(model).Predict(Reordered(train, order), test, "label", options);
        AssertClose(tensor(prediction.Probabilities), Array.ConvertAll(shuffled.Probabilities, p => (float)p));
    }

    [Fact]
    public void The_commands_take_such_a_bundle()
    {
        var model = Written();
        var (train, test, output) = (File("train.csv", Labelled(40, 1)), File("test.csv", Labelled(7, 2)), Path.Combine(_folder, "out.csv"));
        Assert.Equal(0, _console.Run("predict", "--model", model, "--train", train, "--test", test, "--target", "label", "--out", output));
        Assert.Equal("a,b,c,predicted", Lines(output)[0]);
        Assert.Equal(8, Lines(output).Length);
        Assert.Equal(0, _console.Run("predict", "--model", model, "--train", train, "--test", test, "--target", "x1", "--as", "number", "--out", output));
        Assert.Equal("mean,sd,lower,upper", Lines(output)[0]);
        Assert.All(Lines(output)[1..], line => Assert.All(line.Split(','), number => Assert.True(double.IsFinite(double.Parse(number)))));
        var cells = Path.Combine(_folder, "cells.csv");
        Assert.Equal(0, _console.Run("impute", "--model", model, "--data", train, "--out", output, "--intervals", cells, "--draws", "20"));
        var (before, after) = (Lines(train), Lines(output));
        Assert.Equal(before.Length, after.Length);
        foreach (var (given, completed) in before.Zip(after))
        {
            Assert.All(given.Split(',').Zip(completed.Split(',')), pair => Assert.True(pair.First == pair.Second || pair.First == ""));
            Assert.DoesNotContain("", completed.Split(','));
        }

        Assert.Equal(0, _console.Run("inspect", "--model", model));
        Assert.Contains("pfn-cells", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_more_columns_levels_and_classes_than_the_network_has_room_for_is_taken_in_parts()
    {
        // 15 columns of numbers and one of 14 levels where 12 features fit, 14 classes where 10 do.
        var model = Written();
        var header = string.Join(',', Enumerable.Range(1, 15).Select(c => $"x{c}")) + ",kind,label\n";
        string Table(int rows, int shift) => header + string.Concat(Enumerable.Range(shift, rows).Select(row =>
            string.Concat(Enumerable.Range(1, 15).Select(c => (row + c) % 9 == 0 ? "," : $"{(row * (c + 3) + c * c) % 19}.5,"))
                + $"k{row % 14},c{row % 14}\n"));
        var (train, test, output) = (Path.Combine(_folder, "wide.csv"), Path.Combine(_folder, "test.csv"), Path.Combine(_folder, "out.csv"));
        System.IO.File.WriteAllText(train, Table(56, 0));
        System.IO.File.WriteAllText(test, Table(3, 5));
        Assert.Equal(0, _console.Run("predict", "--model", model, "--train", train, "--test", test, "--target", "label", "--out", output));
        Assert.Equal(15, Lines(output)[0].Split(',').Length);
        Assert.Equal(0, _console.Run("impute", "--model", model, "--data", train, "--out", output, "--draws", "8"));
        Assert.All(Lines(output), line => Assert.DoesNotContain("", line.Split(',')));
    }

    [Theory]
    [InlineData("x,label\n1,\n2,\n", "has no label at all")]
    [InlineData("x,label\n1,a\n2,a\n", "one class only")]
    [InlineData("x,label\n1,a\n", "one class only")]
    [InlineData("x,other\n1,a\n2,b\n", "no column 'label'")]
    public void A_training_table_that_tells_nothing_is_refused(string train, string expected)
    {
        var (path, output) = (Path.Combine(_folder, "train.csv"), Path.Combine(_folder, "out.csv"));
        System.IO.File.WriteAllText(path, train);
        Assert.Equal(2, _console.Run("predict", "--model", Written(), "--train", path, "--test", path, "--target", "label", "--out", output));
        Assert.Contains(expected, _console.Messages, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(output));
    }

    [Fact]
    public void Labels_and_a_test_row_of_nothing_are_predicted_from_two_rows()
    {
        var (train, test, output) = (Path.Combine(_folder, "train.csv"), Path.Combine(_folder, "test.csv"), Path.Combine(_folder, "out.csv"));
        System.IO.File.WriteAllText(train, "x,y,label\n1,2,a\n2,5,b\n3,3,\n");
        System.IO.File.WriteAllText(test, "x,y\n,\n");
        Assert.Equal(0, _console.Run("predict", "--model", Written(), "--train", train, "--test", test, "--target", "label", "--out", output));
        Assert.Equal(2, Lines(output).Length);
    }

    [Fact]
    public void A_row_alone_cannot_be_imputed_and_is_refused_or_left_as_it_is()
    {
        var (data, output) = (Path.Combine(_folder, "data.csv"), Path.Combine(_folder, "out.csv"));
        System.IO.File.WriteAllText(data, "x,y\n1,\n");
        var code = _console.Run("impute", "--model", Written(), "--data", data, "--out", output);
        Assert.True(code is 0 or 2, _console.Messages);
        Assert.DoesNotContain("   at ", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_wide_table_are_sampled_so_that_scores_keep_within_their_bounds()
    {
        using var network = TinyNetwork.Random(TinyNetwork.Cells);
        using var model = Model(network, features: 100, width: 64);
        var context = model.MostContext(100);
        Assert.Equal(364, context);
        Assert.Equal(364, model.MostContext(5000));
        Assert.InRange(model.MostQuery(context, 100) * (double)context * 101 * 5, 0, 1 << 26);
        Assert.InRange(model.MostContext(10), 1_000, 1_200);
    }

    private PfnModel Model(PfnNetwork network, int? features = null, int? width = null)
    {
        var path = Path.Combine(_folder, "model");
        var config = network.Config;
        CellBundle.Write(
            path,
            new PfnManifest
            {
                FormatVersion = Manifest.CurrentFormatVersion,
                Kind = PfnManifest.PfnCellsKind,
                ToolVersion = "1.0.0",
                Seed = 1,
                Features = features ?? config.Features,
                Classes = config.Classes,
                Width = width ?? config.Width,
                FlowSteps = FlowSamplerGraph.DefaultSteps,
                Hyperparameters = JsonSerializer.SerializeToElement(config, Manifest.Json),
                Training = new PfnTrainingSummary { Steps = 0, Tasks = 0, Losses = new Dictionary<string, double>() },
                Files = new Dictionary<string, string>(),
            },
            PfnExport.Weights(network, network.Parameters.Values));
        return PfnModel.Load(path);
    }

    private string Written()
    {
        using var network = TinyNetwork.Random(TinyNetwork.GuessingCells);
        using var model = Model(network);
        return model.Path;
    }

    // The bundle's four midpoint steps of y = x / m, m the deviation of x_t for independent standard normals; standardised.
    private static Tensor Draw(
        PfnNetwork network, Encoding rows, Encoding context, Tensor noise, Tensor known, Tensor scaled, Tensor mean, Tensor deviation)
    {
        var parameters = network.Parameters.Views(false);
        var start = new MissBgm.Trainer.Pfn.Network.FlowBaseline(where(known, zeros_like(mean), mean), where(known, ones_like(mean), deviation));
        var (state, length) = (noise, 1.0 / FlowSamplerGraph.DefaultSteps);
        for (var begun = 0.0; begun < 1; begun += length)
        {
            var middle = Pinned(state + Slope(state, begun) * (length / 2), begun + length / 2);
            state = Pinned(state + Slope(middle, begun + length / 2) * length, begun + length);
        }

        return (start.Mean + start.Spread * state).clamp(-8, 8);

        Tensor Slope(Tensor y, double time)
        {
            var (x, at) = (y * Deviation(time), full([1, y.shape[1], 1], time));
            return (network.Flow.Velocity(parameters, x, at, rows, context, start) - FlowTime.StandardNormalRate(at) * x) / Deviation(time);
        }

        Tensor Pinned(Tensor y, double time) => where(known, (noise * (1 - time) + scaled * time) / Deviation(time), y);

        static double Deviation(double time) => Math.Sqrt(time * time + (1 - time) * (1 - time));
    }

    private static Tensor Identities(PfnNetwork network, Philox random, int number, int features)
    {
        var identities = new float[features * network.Backbone.IdentityWidth];
        random.Normals(identities, RandomPurpose.ColumnIdentity, number, 0, 0);
        return tensor(identities).view(1, features, -1);
    }

    private static EncodedTable Rows(Tensor values, Tensor observed, int first, int count) => new(
        count, (int)values.shape[2], values.narrow(1, first, count).contiguous().ToFloats(), observed.narrow(1, first, count).contiguous().ToFloats());

    private static Table Labelled(int rows, long seed)
    {
        var (values, observed) = TinyNetwork.Table(rows, 4, 0.2, seed);
        var (numbers, shown) = (values.ToFloats(), observed.ToFloats());
        return Table.FromText(
            ["x1", "x2", "x3", "x4", "label"],
            [.. Enumerable.Range(0, rows).SelectMany(row =>
                Enumerable.Range(row * 4, 4).Select(i => shown[i] == 1 ? $"{numbers[i]:0.000}" : "").Append($"{"abc"[row % 3]}"))],
            MissingTokens.Default, $"table{seed}");
    }

    private static Table Reordered(Table table, int[] order) => Table.FromText(
        table.Header, [.. order.SelectMany(row => Enumerable.Range(0, table.Columns).Select(column => table.Text(row, column)))], MissingTokens.Default);

    private string File(string name, Table table)
    {
        var path = Path.Combine(_folder, name);
        var lines = Enumerable.Range(0, table.Rows).Select(row => string.Join(',', Enumerable.Range(0, table.Columns).Select(c => table.Text(row, c))));
        System.IO.File.WriteAllLines(path, lines.Prepend(string.Join(',', table.Header)));
        return path;
    }

    private static string[] Lines(string path) => System.IO.File.ReadAllLines(path);

    // Relative to the largest value.
    private static void AssertClose(Tensor expected, float[] actual)
    {
        var values = expected.to(ScalarType.Float32).ToFloats();
        Assert.Equal(values.Length, actual.Length);
        var scale = values.Max(Math.Abs) + 1e-6;
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(Math.Abs(values[i] - actual[i]) <= Tolerance * scale, $"element {i}: {values[i]} and {actual[i]}");
        }
    }
}
