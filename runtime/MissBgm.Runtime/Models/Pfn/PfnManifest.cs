using System.Text.Json;
using System.Text.Json.Serialization;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>A PFN-Flow bundle's description of itself: <c>manifest.json</c>, written as <see cref="Manifest.Json"/> says.</summary>
public sealed record PfnManifest
{
    /// <summary>The kind of a PFN-Flow bundle.</summary>
    public const string PfnFlowKind = "pfn-flow";

    /// <summary>The kind of a bundle whose network's tokens are cells.</summary>
    public const string PfnCellsKind = "pfn-cells";

    private const int MostFeatures = 1 << 16;

    /// <summary>Version of the bundle format; <see cref="Manifest.CurrentFormatVersion"/>.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Minor version of the bundle format; see <see cref="Manifest.CurrentFormatMinor"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FormatMinor { get; init; }

    /// <summary>What the bundle holds; <see cref="PfnFlowKind"/> or <see cref="PfnCellsKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the toolchain that wrote the bundle.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Seed of the pretraining.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Most features that fit one forward pass.</summary>
    public required int Features { get; init; }

    /// <summary>Most classes that fit one forward pass.</summary>
    public required int Classes { get; init; }

    /// <summary>Width of a row's embedding, or of a cell's.</summary>
    public required int Width { get; init; }

    /// <summary>Steps of the flow sampler's solver.</summary>
    public required int FlowSteps { get; init; }

    /// <summary>The pretraining's configuration as resolved, for the record.</summary>
    public required JsonElement Hyperparameters { get; init; }

    /// <summary>What the pretraining did.</summary>
    public required PfnTrainingSummary Training { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of every other file of the bundle, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Bytes of each of these files, which bound what is read of them; empty in bundles of earlier versions.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; init => field = value ?? new Dictionary<string, long>(); } = new Dictionary<string, long>();

    /// <summary>What each graph computes, its inputs and its outputs; empty in bundles of earlier versions.</summary>
    public IReadOnlyDictionary<string, GraphDescription> Graphs
    {
        get;
        init => field = value ?? new Dictionary<string, GraphDescription>();
    } = new Dictionary<string, GraphDescription>();

    /// <summary>Checks every number.</summary>
    /// <param name="path">What messages call the bundle.</param>
    /// <exception cref="BundleException">One is out of range; the message names it, and what is allowed.</exception>
    internal void Require(string path)
    {
        ManifestRules.RequireFiles(Files, Sizes, path);
        ManifestRules.RequireRange("features", Features, 1, MostFeatures, path);
        ManifestRules.RequireRange("classes", Classes, 2, MostFeatures, path);
        ManifestRules.RequireRange("width", Width, 1, MostFeatures, path);
        ManifestRules.RequireRange("flow_steps", FlowSteps, 1, MostFeatures, path);
    }
}

/// <summary>What a pretraining did.</summary>
public sealed record PfnTrainingSummary
{
    /// <summary>Optimiser steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Tasks seen.</summary>
    public required long Tasks { get; init; }

    /// <summary>Seconds of training; null in a bundle, whose bytes are those of every equal training (earlier versions wrote them).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>Losses of the averaged weights on the fixed evaluation tasks, by name (class, flow, distillation).</summary>
    public required IReadOnlyDictionary<string, double> Losses { get; init; }
}

/// <summary>Generated metadata of <see cref="PfnManifest"/>.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PfnManifest))]
internal sealed partial class PfnManifestTypes : JsonSerializerContext;
