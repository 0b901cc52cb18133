using System.Text.Json;
using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>Writes the averaged weights of a pretraining run as a bundle.</summary>
public static class PfnExport
{
    /// <summary>Exports a run's checkpoint.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="bundlePath">A folder, or a file name that ends in .zip.</param>
    /// <param name="cancellation">Ends it before anything is written.</param>
    /// <exception cref="MissBgm.Runtime.UserInputException">There is no checkpoint, or the bundle cannot be written.</exception>
    public static PfnManifest Write(string runFolder, string bundlePath, CancellationToken cancellation = default)
    {
        var checkpoint = new PretrainCheckpoint(Path.Combine(runFolder, Pretraining.CheckpointName));
        var config = checkpoint.ReadConfig();
        using var state = new PretrainState(config, CPU);
        checkpoint.Restore(state, config);
        // Rounded before anything is measured, so that the manifest's losses are the bundle's.
        if (config.BundleWeights == "float16") state.Average.copy_(state.Average.to(ScalarType.Float16));
        var manifest = Describe(state, config, cancellation);
        var weights = Weights(state.Network, state.Average);
        if (state.Network.Cells is null) PfnBundle.Write(bundlePath, manifest, weights);
        else CellBundle.Write(bundlePath, manifest, weights);
        return manifest;
    }

    /// <summary>A network's arrays as the exporter takes them, from a flat vector of weights.</summary>
    internal static PfnWeights Weights(PfnNetwork network, Tensor flat)
    {
        var values = flat.ToFloats();
        var arrays = new List<(string, long[], float[])>();
        var offset = 0;
        foreach (var (name, shape) in network.Arrays)
        {
            var length = (int)shape.Aggregate(1L, (product, size) => product * size);
            arrays.Add((name, shape, values[offset..(offset + length)]));
            offset += length;
        }

        var config = network.Config;
        return new PfnWeights(new PfnSizes(config.Features, config.Classes, config.Width, config.Layers, config.Heads, config.FlowLayers), arrays);
    }

    private static PfnManifest Describe(PretrainState state, PretrainConfig config, CancellationToken cancellation)
    {
        var record = FixedTasks.Evaluate(state, config, CPU, cancellation);
        return new PfnManifest
        {
            FormatVersion = Manifest.CurrentFormatVersion,
            Kind = state.Network.Cells is null ? PfnManifest.PfnFlowKind : PfnManifest.PfnCellsKind,
            ToolVersion = typeof(PfnExport).Assembly.GetName().Version!.ToString(3),
            Seed = config.Seed,
            Features = config.Network.Features,
            Classes = config.Network.Classes,
            Width = config.Network.Width,
            FlowSteps = FlowSamplerGraph.DefaultSteps,
            Hyperparameters = JsonSerializer.SerializeToElement(config, Manifest.Json),
            Training = new PfnTrainingSummary
            {
                Steps = state.Step,
                Tasks = state.Tasks,
                Seconds = state.Seconds,
                Losses = new Dictionary<string, double> { ["class"] = record.Class, ["flow"] = record.Flow, ["distillation"] = record.Distillation },
            },
            Files = new Dictionary<string, string>(),
        };
    }
}
