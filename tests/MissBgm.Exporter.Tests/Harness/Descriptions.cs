using System.Text.Json;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>Manifests for bundles made by tests.</summary>
internal static class Descriptions
{
    /// <summary>Columns c0, c1, ... with location j and scale j + 1.</summary>
    public static Manifest Of(int latentDimension, int columns, InferenceSettings? inference = null) => new()
    {
        FormatVersion = Manifest.CurrentFormatVersion,
        Kind = Manifest.MissBgmKind,
        ToolVersion = "0.1.0",
        Seed = 1,
        LatentDimension = latentDimension,
        Columns = [.. Enumerable.Range(0, columns).Select(Column)],
        MissingTokens = ["", "NA"],
        Inference = inference ?? new InferenceSettings(),
        Hyperparameters = JsonSerializer.SerializeToElement(new { epochs = 1 }),
        Training = new TrainingSummary { Rows = 1, MissingCells = 1, Epochs = 1, Seconds = 1, FinalLosses = new Dictionary<string, double> { ["latent"] = 1 } },
        Files = new Dictionary<string, string>(),
    };

    private static ColumnSchema Column(int j) =>
        new() { Name = $"c{j}", Type = ColumnType.Numeric, Location = j, Scale = j + 1, Minimum = j - 10, Maximum = j + 10, ObservedShare = 0.8 };
}
