using System.Text.Json;
using MissBgm.Exporter.Bundles;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>Fits every mechanism but the paper's, and writes the bundle. It takes seconds, so it keeps no checkpoint.</summary>
internal static class CollapsedFitJob
{
    public static FitSummary Run(FitRequest request, Table table, TableSchema schema, EncodedTable encoded, FitMessages messages, CancellationToken cancel)
    {
        if (request.Resume) messages.Note($"mechanism {request.Config.Mechanism} takes seconds and keeps no checkpoint: --resume begins anew.");
        if (request.Device != "cpu") messages.Note($"mechanism {request.Config.Mechanism} is fitted on the processor, whatever --device says.");
        var settings = FitConfigReader.SelectionSettings(request.Config, Environment.ProcessorCount);
        var coding = new GaussianCoding(schema.Modelled);
        var result = CollapsedFit.Run(coding.Encode(encoded), coding.Names, settings, request.Seed, coding.Types, messages, cancel);
        // The fit counts the Gaussian columns' cells.
        result = result with { Summary = result.Summary with { MissingCells = encoded.Observed.Count(observed => observed == 0) } };
        var fitted = FittedRows.Create(encoded, result.Latent, coding.Decode(result.Completed), result.Weights.LatentDimension);
        BundleWriter.Write(request.Output, Describe(request, schema, result), result.Weights, fitted);
        messages.Note(EvidenceSentence.Describe(result.Evidence));
        messages.Note(GeneratorSentence.Describe(result.Generator));
        return FitSummary.Of(request.Output, table, result.Summary, request.Seed) with { Evidence = result.Evidence, Generator = result.Generator };
    }

    private static Manifest Describe(FitRequest request, TableSchema schema, CollapsedFitResult result) => new()
    {
        FormatVersion = Manifest.CurrentFormatVersion,
        Kind = Manifest.MissBgmKind,
        ToolVersion = TrainerCommandLine.Version,
        Seed = request.Seed,
        Mechanism = result.Evidence.Chosen,
        Evidence = result.Evidence,
        Generator = result.Generator,
        LatentDimension = result.Weights.LatentDimension,
        Columns = schema.Columns,
        MissingTokens = [.. request.MissingTokens.Values],
        Inference = FitConfigReader.CollapsedInferenceSettings(request.Config),
        Hyperparameters = JsonSerializer.SerializeToElement(request.Config, Manifest.Json),
        Training = result.Summary,
        Files = new Dictionary<string, string>(),
    };
}
