using MissBgm.Exporter.Pfn;
using MissBgm.Runtime;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class PretrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pfn").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(NetworkConfig.Rows)]
    [InlineData(NetworkConfig.Cells)]
    public void A_run_that_was_stopped_and_resumed_ends_with_the_same_weights(string backbone)
    {
        var config = backbone == NetworkConfig.Cells ? TinyNetwork.PretrainCells : TinyNetwork.Pretrain;
        Assert.Equal(1, Run("whole", config));
        Assert.True(Run("pieces", config, TimeSpan.FromMilliseconds(20)) > 1);
        var (whole, pieces) = (Read("whole"), Read("pieces"));
        foreach (var name in new[] { "weights", "average", "first_moment", "second_moment" }) Assert.Equal(whole.Get<float>(name), pieces.Get<float>(name));
        Assert.Equal(whole.Get<long>("progress"), pieces.Get<long>("progress"));
    }

    [Fact]
    public void Pretraining_learns_to_use_the_context()
    {
        // Binary tasks: guessing costs log 2 = 0.693 nats or less where classes are uneven; a trained network must do clearly better on fresh tasks.
        var config = TinyNetwork.Learning;
        var (before, after) = (double.NaN, double.NaN);
        using (var untrained = new PretrainState(config, CPU)) before = FixedTasks.Evaluate(untrained, config, CPU).Class;
        using (var pretraining = new Pretraining(config, Path.Combine(_folder, "learn"), resume: false, "cpu"))
        {
            pretraining.Run(null, _ => { }, record => after = record.Class, CancellationToken.None);
        }

        Assert.Equal(Math.Log(2), before, 4);
        Assert.True(after < before - 0.05, $"{before} before, {after} after");
    }

    [Fact]
    public void A_network_over_cells_learns_labels_and_missing_cells()
    {
        var config = TinyNetwork.Learning with { Network = TinyNetwork.Cells, CellsPerStep = 2000, Optimizer = "muon" };
        EvaluationRecord? before = null, after = null;
        using (var untrained = new PretrainState(config, CPU)) before = FixedTasks.Evaluate(untrained, config, CPU);
        using (var pretraining = new Pretraining(config, Path.Combine(_folder, "learn"), resume: false, "cpu"))
        {
            pretraining.Run(null, _ => { }, record => after = record, CancellationToken.None);
        }

        Assert.Equal(Math.Log(2), before.Class, 4);
        Assert.True(after!.Class < before.Class - 0.05, $"{before} before, {after} after");
        Assert.True(after.Cell < before.Cell - 0.1, $"{before} before, {after} after");
        Assert.True(after.ProcessorSeconds > 0);
    }

    [Fact]
    public void A_run_stops_after_its_processor_time_those_of_earlier_sessions_included()
    {
        var config = TinyNetwork.Pretrain with { Steps = 1_000_000 };
        var folder = Path.Combine(_folder, "run");
        Session(resume: false, TimeSpan.FromSeconds(0.05));
        var steps = Read("run").Get<long>("progress")[0];
        Assert.InRange(Read("run").Get<double>("seconds")[1], 0.05, 5);
        Session(resume: true, TimeSpan.FromSeconds(0.05));
        Assert.Equal(steps, Read("run").Get<long>("progress")[0]);

        void Session(bool resume, TimeSpan limit)
        {
            using var pretraining = new Pretraining(config, folder, resume, "cpu");
            pretraining.Run(null, _ => { }, _ => { }, CancellationToken.None, limit);
        }
    }

    // A network that has learned nothing costs log 2, so the mean of twenty steps and that of the nineteen after the first tell of one another.
    [Fact]
    public void The_first_report_of_a_resumed_run_is_the_mean_of_its_own_steps()
    {
        var config = TinyNetwork.Learning with { Steps = 20 };
        var whole = Session("whole", resume: false, null).Single();
        Assert.Empty(Session("pieces", resume: false, TimeSpan.FromTicks(1)));
        var rest = Session("pieces", resume: true, null).Single();
        Assert.Equal(Math.Log(2), 20 * whole - 19 * rest, 1e-3);

        List<double> Session(string folder, bool resume, TimeSpan? processorTime)
        {
            var reports = new List<double>();
            using var pretraining = new Pretraining(config, Path.Combine(_folder, folder), resume, "cpu");
            pretraining.Run(null, report => reports.Add(report.Class), _ => { }, CancellationToken.None, processorTime);
            return reports;
        }
    }

    [Fact]
    public void The_gradient_equals_central_differences_in_double_precision()
    {
        var config = TinyNetwork.Pretrain with { Network = TinyNetwork.Pretrain.Network with { Width = 8, FeedForward = 8, Layers = 1, FlowLayers = 1 } };
        using var network = TinyNetwork.Random(config.Network, ScalarType.Float64);
        using var scope = NewDisposeScope();
        Loss(trainable: true).backward();
        var gradient = network.Parameters.Gradient.data<double>().ToArray();
        var values = network.Parameters.Values;
        // The teacher of the distillation loss is held fixed by the gradient but not by differences, so that loss is left out here.
        var chosen = new Philox(1).Permutation(gradient.Length, RandomPurpose.Shuffle, 0)[..60];
        foreach (var i in chosen)
        {
            const double Step = 1e-5;
            double At(double shift)
            {
                using var off = no_grad();
                using var inner = NewDisposeScope();
                values.narrow(0, i, 1).add_(shift);
                var loss = Loss(trainable: false).item<double>();
                values.narrow(0, i, 1).add_(-shift);
                return loss;
            }

            var difference = (At(Step) - At(-Step)) / (2 * Step);
            Assert.True(Math.Abs(difference - gradient[i]) < 1e-6 * Math.Max(1, Math.Abs(difference)), $"weight {i}: {gradient[i]} and {difference}");
        }

        Tensor Loss(bool trainable)
        {
            using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
            var batch = new ScmPrior(config.Prior).Draw(random, 1000, 4, 40);
            var exact = batch with { Values = batch.Values.to(ScalarType.Float64), Observed = batch.Observed.to(ScalarType.Float64) };
            return PretrainLosses.Of(network, config with { DistillationShare = 0, UnlabelledShare = 0 }, exact, 28, random, trainable).Total(config);
        }
    }

    [Fact]
    public void Distillation_is_zero_where_nothing_is_missing_and_positive_elsewhere()
    {
        using var network = TinyNetwork.Random(TinyNetwork.Pretrain.Network);
        using var scope = NewDisposeScope();
        double Distillation(double complete)
        {
            using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
            var batch = new ScmPrior(TinyNetwork.Pretrain.Prior with { CompleteShare = complete }).Draw(random, 1000, 4, 40);
            return PretrainLosses.Of(
                network, TinyNetwork.Pretrain with { UnlabelledShare = 0 }, batch, 28, random, trainable: false).Distillation.item<float>();
        }

        Assert.Equal(0, Distillation(1), 5);
        Assert.True(Distillation(0) > 1e-4);
    }

    [Fact]
    public void An_existing_run_is_not_begun_anew_unasked()
    {
        Run("run", TinyNetwork.Pretrain with { Steps = 2 });
        var error = Assert.Throws<UserInputException>(() => new Pretraining(TinyNetwork.Pretrain, Path.Combine(_folder, "run"), resume: false, "cpu"));
        Assert.Contains("--resume", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_without_a_checkpoint_or_with_another_network_is_refused()
    {
        Assert.Contains(
            "no checkpoint",
            Assert.Throws<UserInputException>(
                () => new Pretraining(TinyNetwork.Pretrain, Path.Combine(_folder, "none"), resume: true, "cpu")).Message,
            StringComparison.Ordinal);
        Run("run", TinyNetwork.Pretrain with { Steps = 2 });
        var other = TinyNetwork.Pretrain with { Network = TinyNetwork.Pretrain.Network with { Width = 32 } };
        Assert.Contains(
            "width 16",
            Assert.Throws<UserInputException>(() => new Pretraining(other, Path.Combine(_folder, "run"), resume: true, "cpu")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named()
    {
        Run("run", TinyNetwork.Pretrain with { Steps = 2 });
        File.WriteAllBytes(Path.Combine(_folder, "run", "checkpoint.npz"), [1, 2, 3]);
        Assert.Contains(
            "checkpoint.npz",
            Assert.Throws<UserInputException>(
                () => new Pretraining(TinyNetwork.Pretrain, Path.Combine(_folder, "run"), resume: true, "cpu")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_rises_stays_and_decays()
    {
        var config = new PretrainConfig { Steps = 100, WarmUpSteps = 10, DecaySteps = 50, LearningRate = 1, MinimumLearningRate = 0.1 };
        Assert.Equal(0.1 + 0.0, LearningRate.At(config, 0), 6);
        Assert.Equal(1, LearningRate.At(config, 30), 6);
        Assert.Equal(0.55, LearningRate.At(config, 75), 6);
        Assert.Equal(0.1, LearningRate.At(config, 100), 6);
    }

    [Theory]
    [InlineData("learning_rte: 0.1", "line 1: unknown key 'learning_rte'. Did you mean 'learning_rate'?")]
    [InlineData("prior: {kind: mar}", "allowed: structural, nsm")]
    [InlineData("prior: {kind: nsm, masks: {mcar: 1}}", "'prior.kind' cannot act: prior.masks says which mechanisms there are")]
    [InlineData("prior: {masks: {mcar: 0.5}}", "prior.masks has shares that come to 0.5")]
    [InlineData("prior: {equations: {tree: 0.5, piecewse: 0.5}}", "Did you mean 'piecewise'?")]
    [InlineData("prior: {columns: {discrete: 2}}", "prior.columns.discrete is '2'; allowed: a number from 0 to 1")]
    [InlineData("network: {thinking_rows: 2}", "'network.thinking_rows' cannot act: network.backbone is not 'cells'")]
    [InlineData("network: {width: 30, heads: 4}", "not a multiple of network.heads")]
    [InlineData("prior: {maximum_features: 200}", "above network.features")]
    [InlineData("network: {guesses: true}", "network.backbone is not 'cells'")]
    public void A_faulty_configuration_is_refused_with_its_place(string yaml, string expected)
    {
        var path = Path.Combine(_folder, "c.yaml");
        File.WriteAllText(path, yaml);
        Assert.Contains(expected, Assert.Throws<UserInputException>(() => PretrainConfigReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pfn-nano.yaml")]
    [InlineData("pfn-nano-nsm.yaml")]
    [InlineData("pfn-small.yaml")]
    [InlineData("pfn-paper.yaml")]
    [InlineData("pfn-cells.yaml")]
    public void The_shipped_configurations_can_be_read(string name) =>
        Assert.True(PretrainConfigReader.Read(Path.Combine(CalibrationTests.Root(), "configs", name)).Steps > 0);

    [Fact]
    public void An_exported_run_is_a_loadable_bundle_and_keeps_its_model_card()
    {
        Run("run", TinyNetwork.Pretrain with { Steps = 2 });
        var bundle = Path.Combine(_folder, "bundle");
        PfnExport.Write(Path.Combine(_folder, "run"), bundle);
        File.WriteAllText(Path.Combine(bundle, "README.md"), "card");
        var manifest = PfnExport.Write(Path.Combine(_folder, "run"), bundle);
        Assert.Equal(2, manifest.Training.Steps);
        Assert.Equal("card", File.ReadAllText(Path.Combine(bundle, "README.md")));
        using var model = MissBgm.Runtime.Models.Pfn.PfnModel.Load(bundle);
        Assert.Equal(12, model.Manifest.Features);
    }

    [Theory]
    [InlineData("float32", 1)]
    [InlineData("float16", 0.75)]
    public void A_network_over_cells_is_exported_as_a_loadable_bundle(string stored, double ofSize)
    {
        Run("cells", TinyNetwork.PretrainCells with { Network = TinyNetwork.Cells with { Width = 32, FeedForward = 32 }, Steps = 2, BundleWeights = stored });
        var bundle = Path.Combine(_folder, "cells.bundle");
        var manifest = PfnExport.Write(Path.Combine(_folder, "cells"), bundle);
        Assert.Equal(
            ["cell_distribution.onnx", "cell_sampler.onnx", "cells.onnx", "flow_baseline.onnx"],
            Directory.GetFiles(bundle, "*.onnx").Select(Path.GetFileName).Order());
        Assert.True(manifest.Training.Losses.ContainsKey("class"));
        // Single precision comes to four bytes a weight; the flow stands in the sampler, the rest in cells.onnx.
        var weights = Read("cells").Get<float>("weights").Length;
        var learned = Directory.GetFiles(bundle, "cell*.onnx").Sum(file => new FileInfo(file).Length);
        Assert.True(learned < ofSize * (4.0 * weights + 90_000), $"{learned} bytes of {weights} weights");
        using var model = MissBgm.Runtime.Models.Pfn.PfnModel.Load(bundle);
        Assert.Equal(("pfn-cells", 4), (model.Manifest.Kind, model.Manifest.Graphs.Count));
        Assert.Contains(
            "is a bundle of kind 'pfn-cells'", Assert.Throws<BundleException>(() => PfnBundleReader.Read(bundle, manifest)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float32", false, 0)]
    [InlineData("float16", false, 1e-3)]
    [InlineData("float32", true, 0)]
    [InlineData("float16", true, 1e-3)]
    public void A_new_run_begins_with_a_bundles_weights(string stored, bool ofCells, double tolerance)
    {
        var config = ofCells ? TinyNetwork.PretrainCells : TinyNetwork.Pretrain;
        Run("old", config with { Steps = 3, BundleWeights = stored });
        var bundle = Path.Combine(_folder, "old.bundle");
        PfnExport.Write(Path.Combine(_folder, "old"), bundle);
        using var state = new PretrainState(config, CPU);
        var drawn = state.Network.Parameters.Values.ToFloats();
        state.StartFrom(bundle);
        var expected = Read("old").Get<float>("average");
        Assert.NotEqual(drawn, expected);
        Assert.All(
            expected.Zip(state.Network.Parameters.Values.ToFloats()),
            pair => Assert.InRange(
                pair.Second, pair.First - tolerance * Math.Abs(pair.First) - tolerance * 1e-3,
                pair.First + tolerance * Math.Abs(pair.First) + tolerance * 1e-3));
        Assert.Equal(state.Network.Parameters.Values.ToFloats(), state.Average.ToFloats());
        using var wider = new PretrainState(config with { Network = config.Network with { Width = 32 } }, CPU);
        Assert.Contains(
            "give the configuration the bundle's network sizes", Assert.Throws<UserInputException>(() => wider.StartFrom(bundle)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_in_half_precision_is_smaller_and_loses_little()
    {
        var config = TinyNetwork.Pretrain with { Network = TinyNetwork.Pretrain.Network with { Width = 64, FeedForward = 64 }, Steps = 20 };
        Run("single", config);
        Run("half", config with { BundleWeights = "float16" });
        var (single, half) = (Export("single"), Export("half"));
        Assert.True(half.Size < 0.75 * single.Size, $"{half.Size} of {single.Size} bytes");
        foreach (var (name, loss) in single.Losses) Assert.InRange(half.Losses[name], loss - 0.01, loss + 0.01);
        Assert.NotEqual(single.Losses["flow"], half.Losses["flow"]);

        (long Size, IReadOnlyDictionary<string, double> Losses) Export(string name)
        {
            var bundle = Path.Combine(_folder, $"{name}.bundle");
            var manifest = PfnExport.Write(Path.Combine(_folder, name), bundle);
            using var model = MissBgm.Runtime.Models.Pfn.PfnModel.Load(bundle);
            return (new DirectoryInfo(bundle).GetFiles().Sum(file => file.Length), (IReadOnlyDictionary<string, double>)manifest.Training.Losses);
        }
    }

    private NpzFile Read(string name) => NpzFile.Read(Path.Combine(_folder, name, "checkpoint.npz"));

    // With a limit, stops after it and resumes, wherever that is, until all steps are done.
    private int Run(string name, PretrainConfig config, TimeSpan? limit = null)
    {
        for (var sessions = 1; ; sessions++)
        {
            using var pretraining = new Pretraining(config, Path.Combine(_folder, name), resume: sessions > 1, "cpu");
            pretraining.Run(limit, _ => { }, _ => { }, CancellationToken.None);
            if (pretraining.Finished) return sessions;
        }
    }
}
