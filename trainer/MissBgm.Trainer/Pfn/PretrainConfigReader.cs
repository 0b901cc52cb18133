using MissBgm.Runtime;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Pfn.Network;

namespace MissBgm.Trainer.Pfn;

/// <summary>Reads a <see cref="PretrainConfig"/> from YAML.</summary>
public static class PretrainConfigReader
{
    private static readonly NumberRange Share = NumberRange.Closed(0, 1);
    private static readonly NumberRange Weight = NumberRange.Closed(0, 100);
    private static readonly string[] Backbones = [NetworkConfig.Rows, NetworkConfig.Cells];
    private static readonly string[] Optimizers = ["adam", "muon"];
    private static readonly string[] StoredWeights = ["float32", "float16"];

    /// <summary>Reads and checks a file; keys that are absent keep the paper's values.</summary>
    /// <param name="path">A YAML file.</param>
    /// <param name="note">Told if the file sets nothing; null for nobody.</param>
    /// <exception cref="UserInputException">The file cannot be read, a key is unknown or a value is not allowed; the message names file and line.</exception>
    public static PretrainConfig Read(string path, Action<string>? note = null)
    {
        var yaml = YamlSection.Read(path);
        var defaults = new PretrainConfig();
        var (layers, width) = (defaults.Network.Layers, defaults.Network.Width);
        yaml.NoteIfEmpty(note, $"every setting is the paper's, whose network of {layers} layers of width {width} takes days on a GPU");
        var config = new PretrainConfig
        {
            Network = ReadNetwork(yaml.Section("network"), defaults.Network),
            Prior = PriorConfigReader.Read(yaml.Section("prior"), defaults.Prior),
            Rows = yaml.Widths("rows", defaults.Rows),
            RowsPerStep = yaml.Integer("rows_per_step", defaults.RowsPerStep, 16, 10_000_000),
            CellsPerStep = yaml.Integer("cells_per_step", defaults.CellsPerStep, 0, 100_000_000),
            ContextMinimum = yaml.Number("context_minimum", defaults.ContextMinimum, NumberRange.Open(0, 1)),
            ContextMaximum = yaml.Number("context_maximum", defaults.ContextMaximum, NumberRange.Open(0, 1)),
            UnlabelledShare = yaml.Number("unlabelled_share", defaults.UnlabelledShare, Share),
            TargetShare = yaml.Number("target_share", defaults.TargetShare, Share),
            Control = yaml.Choice("control", defaults.Control, Pfn.Control.Names),
            Optimizer = yaml.Choice("optimizer", defaults.Optimizer, Optimizers),
            Steps = yaml.Integer("steps", defaults.Steps, 1, int.MaxValue),
            WarmUpSteps = yaml.Integer("warm_up_steps", defaults.WarmUpSteps, 0, int.MaxValue),
            DecaySteps = yaml.Integer("decay_steps", defaults.DecaySteps, 0, int.MaxValue),
            LearningRate = yaml.Number("learning_rate", defaults.LearningRate, NumberRange.Positive(1)),
            MinimumLearningRate = yaml.Number("minimum_learning_rate", defaults.MinimumLearningRate, NumberRange.Closed(0, 1)),
            ClipGradientNorm = yaml.Number("clip_gradient_norm", defaults.ClipGradientNorm, NumberRange.Positive(1e9)),
            AverageDecay = yaml.Number("average_decay", defaults.AverageDecay, NumberRange.Closed(0, 0.999999)),
            FlowWeight = yaml.Number("flow_weight", defaults.FlowWeight, Weight),
            FlowShare = yaml.Number("flow_share", defaults.FlowShare, Share),
            CellWeight = yaml.Number("cell_weight", defaults.CellWeight, Weight),
            DistillationWeight = yaml.Number("distillation_weight", defaults.DistillationWeight, Weight),
            DistillationShare = yaml.Number("distillation_share", defaults.DistillationShare, Share),
            Precision = yaml.Choice("precision", defaults.Precision, Network.MatrixPrecision.Names),
            BundleWeights = yaml.Choice("bundle_weights", defaults.BundleWeights, StoredWeights),
            CheckpointSteps = yaml.Integer("checkpoint_steps", defaults.CheckpointSteps, 1, int.MaxValue),
            EvaluationSteps = yaml.Integer("evaluation_steps", defaults.EvaluationSteps, 1, int.MaxValue),
            EvaluationTables = EvaluationTableReader.Read(yaml, path),
            Seed = (ulong)yaml.Integer("seed", (int)defaults.Seed, 0, int.MaxValue),
        };
        yaml.RejectUnknownKeys();
        Check(path, config);
        return config;
    }

    private static NetworkConfig ReadNetwork(YamlSection yaml, NetworkConfig defaults)
    {
        var backbone = yaml.Choice("backbone", defaults.Backbone, Backbones);
        yaml.RefuseUnless(backbone == NetworkConfig.Cells, ["thinking_rows", "guesses"], "network.backbone is not 'cells'");
        return new NetworkConfig
        {
            Backbone = backbone,
            ThinkingRows = yaml.Integer("thinking_rows", defaults.ThinkingRows, 0, 1000),
            Guesses = yaml.Flag("guesses", defaults.Guesses),
            Features = yaml.Integer("features", defaults.Features, 1, 10_000),
            Classes = yaml.Integer("classes", defaults.Classes, 2, 1000),
            Width = yaml.Integer("width", defaults.Width, 2, 8192),
            Layers = yaml.Integer("layers", defaults.Layers, 1, 200),
            Heads = yaml.Integer("heads", defaults.Heads, 1, 128),
            FeedForward = yaml.Integer("feed_forward", defaults.FeedForward, 1, 65536),
            FlowLayers = yaml.Integer("flow_layers", defaults.FlowLayers, 1, 200),
        };
    }

    private static void Check(string path, PretrainConfig config)
    {
        var (network, prior) = (config.Network, config.Prior);
        Require(network.Width % network.Heads == 0, $"network.width {network.Width} is not a multiple of network.heads {network.Heads}");
        Require(network.Width % 2 == 0, $"network.width {network.Width} is odd; the time embedding needs an even width");
        Require(
            network.Classes == Prior.Labels.MaximumClasses,
            $"network.classes is {network.Classes}, but the prior makes up to {Prior.Labels.MaximumClasses}; set it to "
            + $"{Prior.Labels.MaximumClasses}");
        Require(prior.MaximumFeatures <= network.Features, $"prior.maximum_features {prior.MaximumFeatures} is above network.features {network.Features}");
        Require(prior.FewFeatures <= prior.MaximumFeatures, $"prior.few_features {prior.FewFeatures} is above prior.maximum_features {prior.MaximumFeatures}");
        Require(config.Rows.Count > 0 && config.Rows.Min() >= 8, "rows must list at least one size, each at least 8");
        Require(config.Rows.Max() <= config.RowsPerStep, $"rows_per_step {config.RowsPerStep} is below the largest task, {config.Rows.Max()} rows");
        Require(config.ContextMinimum <= config.ContextMaximum, $"context_minimum {config.ContextMinimum} is above context_maximum {config.ContextMaximum}");

        void Require(bool holds, string fault)
        {
            if (!holds) throw new UserInputException($"{path}: {fault}.");
        }
    }
}
