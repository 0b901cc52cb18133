using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>Networks trained on tasks that lack something lose what it tells, and only that.</summary>
public sealed class ControlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("control").FullName;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Shuffled_labels_keep_each_tasks_shares_and_shuffled_masks_each_columns_rate()
    {
        using var random = new StepRandom(5, RandomPurpose.Prior, 0, CPU);
        var batch = new ScmPrior(TinyNetwork.Pretrain.Prior).Draw(random, 1000, 4, 40);
        var labels = Control.Apply(random, batch, "shuffled_labels");
        Assert.Equal(0, (batch.Labels.sort(1).Values - labels.Labels.sort(1).Values).abs().sum().item<long>());
        Assert.NotEqual(0, (batch.Labels - labels.Labels).abs().sum().item<long>());
        Assert.Same(batch.Observed, labels.Observed);
        var masks = Control.Apply(random, batch, "shuffled_masks");
        Assert.Equal(0, (batch.Observed.sum(1) - masks.Observed.sum(1)).abs().sum().item<float>());
        Assert.NotEqual(0, (batch.Observed - masks.Observed).abs().sum().item<float>());
        Assert.Same(batch.Labels, masks.Labels);
        Assert.Same(batch, Control.Apply(random, batch, "none"));
    }

    [Fact]
    public void A_network_trained_on_shuffled_masks_does_not_know_that_missing_values_are_the_extreme_ones()
    {
        var (whole, shuffled) = (Trained("whole", Self), Trained("masks", Self with { Control = "shuffled_masks" }));
        Assert.True(shuffled.Cell > whole.Cell + 0.05, $"{whole} with masks, {shuffled} without");
    }

    [Fact]
    public void A_network_trained_on_shuffled_labels_knows_no_more_of_classes_than_their_shares_in_the_context()
    {
        var (whole, shuffled) = (Trained("whole", TwoColumns), Trained("labels", TwoColumns with { Control = "shuffled_labels" }));
        var shares = LossOfShares(TwoColumns);
        Assert.True(shuffled.Class > shares - 0.005, $"{shuffled.Class} where the shares make {shares}");
        // In as many steps a network learns to read labels that follow the rows.
        Assert.True(whole.Class < shares - 0.02, $"{whole.Class} where the shares make {shares}");
    }

    // Classes of up to two complete columns.
    private static PretrainConfig TwoColumns => TinyNetwork.Learning with
    {
        Network = TinyNetwork.Learning.Network with { Features = 2 },
        Prior = TinyNetwork.Learning.Prior with { MaximumFeatures = 2, FewFeatures = 2, CompleteShare = 1 },
        FlowWeight = 0,
        FlowShare = 0,
        DistillationShare = 0,
    };

    // Cross-entropy of the fixed tasks' query labels by the smoothed shares of the context's.
    private static double LossOfShares(PretrainConfig config)
    {
        var losses = new List<double>();
        for (var batch = 0; batch < FixedTasks.Batches; batch++)
        {
            using var random = new StepRandom(0, RandomPurpose.PriorEvaluation, batch, CPU);
            var drawn = new ScmPrior(config.Prior).Draw(random, config.Prior.MissingRateWarmUp, FixedTasks.Tasks, FixedTasks.Rows);
            var labels = drawn.Labels.to(ScalarType.Float64);
            var share = (labels.narrow(1, 0, FixedTasks.Context).sum(1, true) + 1) / (FixedTasks.Context + 2.0);
            var asked = labels.narrow(1, FixedTasks.Context, FixedTasks.Rows - FixedTasks.Context);
            losses.Add(-(asked * share.log() + (1 - asked) * (1 - share).log()).mean().item<double>());
        }

        return losses.Average();
    }

    // Every column hides its own extreme values.
    private static PretrainConfig Self => TinyNetwork.Learning with
    {
        Network = TinyNetwork.Cells,
        Prior = TinyNetwork.Learning.Prior with { Masks = new Dictionary<string, double> { ["self_masking"] = 1 }, CompleteShare = 0, PartialShare = 0 },
        CellsPerStep = 2000,
        Steps = 80,
        WarmUpSteps = 10,
        DecaySteps = 20,
        FlowWeight = 0,
        FlowShare = 0,
        DistillationShare = 0,
    };

    private EvaluationRecord Trained(string name, PretrainConfig config)
    {
        EvaluationRecord? after = null;
        using var pretraining = new Pretraining(config, Path.Combine(_folder, name), resume: false, "cpu");
        pretraining.Run(null, _ => { }, record => after = record, CancellationToken.None);
        return after!;
    }
}
