using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>Small networks and tables for tests.</summary>
internal static class TinyNetwork
{
    public static NetworkConfig Config { get; } = new() { Features = 100, Classes = 10, Width = 32, Layers = 2, Heads = 4, FeedForward = 48, FlowLayers = 2 };

    public static PretrainConfig Pretrain { get; } = new()
    {
        Network = Config with { Features = 12, Width = 16, Heads = 2, FeedForward = 16 },
        Prior = new PriorConfig { MaximumFeatures = 12, FewFeatures = 6, BinaryShare = 0.5 },
        Rows = [32, 48],
        RowsPerStep = 192,
        ContextMinimum = 0.5,
        ContextMaximum = 0.8,
        UnlabelledShare = 0.2,
        Steps = 40,
        WarmUpSteps = 5,
        DecaySteps = 10,
        LearningRate = 1e-3,
        CheckpointSteps = 7,
        EvaluationSteps = 1000,
    };

    /// <summary>A network over cells.</summary>
    public static NetworkConfig Cells { get; } = new()
    {
        Backbone = NetworkConfig.Cells,
        Features = 12,
        Classes = 10,
        Width = 16,
        Layers = 2,
        Heads = 2,
        FeedForward = 16,
        FlowLayers = 1,
        ThinkingRows = 2,
    };

    /// <summary>One whose missing cells have the regressions' guesses.</summary>
    public static NetworkConfig GuessingCells { get; } = Cells with { Guesses = true };

    public static PretrainConfig PretrainCells { get; } = Pretrain with { Network = Cells, CellsPerStep = 1000, TargetShare = 0.3, Optimizer = "muon" };

    /// <summary>Binary tasks, and as many steps as it takes to learn to use their context.</summary>
    public static PretrainConfig Learning { get; } = Pretrain with
    {
        Prior = Pretrain.Prior with { BinaryShare = 1, CompleteShare = 0.5 },
        Steps = 250,
        WarmUpSteps = 20,
        DecaySteps = 50,
        LearningRate = 5e-3,
        RowsPerStep = 384,
        AverageDecay = 0.95,
        CheckpointSteps = 1000,
        EvaluationSteps = 250,
    };

    /// <summary>A network none of whose weights is zero, so that every part of it acts.</summary>
    public static PfnNetwork Random(NetworkConfig config, ScalarType type = ScalarType.Float32)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var random = new StepRandom(11, RandomPurpose.Prior, 0, CPU);
        var network = new PfnNetwork(config, 5, type, CPU);
        var values = network.Parameters.Values;
        values.add_(random.Normal(values.shape).to(type) * 0.1);
        return network;
    }

    /// <summary>Values with an offset and a scale for each feature, and masks.</summary>
    public static (Tensor Values, Tensor Observed) Table(long rows, long features, double missing, long seed)
    {
        using var random = new StepRandom(23, RandomPurpose.Prior, seed, CPU);
        var values = random.Normal(1, rows, features) * (random.Uniform(1, 1, features) * 5 + 0.1) + random.Normal(1, 1, features) * 10;
        return (values, random.Uniform(1, rows, features).ge(missing).to(ScalarType.Float32));
    }
}
