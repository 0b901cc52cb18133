using System.Text.Json;
using MissBgm.Exporter.Bundles;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Paper.Steps;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>From a table on disk to a bundle on disk.</summary>
internal static class FitJob
{
    public static FitSummary Run(FitRequest request, FitMessages messages, CancellationToken cancel)
    {
        var table = TableReader.Read(request.Data, request.MissingTokens);
        ColumnDeclarationReader.RequireKnown(request.Config.Columns, table);
        var schema = TableSchema.Detect(table, request.Config.Columns);
        var encoded = schema.Encode(table);
        messages.Describe(table, schema, encoded);
        RequireWritable(request);
        if (request.Config.Mechanism != "paper") return CollapsedFitJob.Run(request, table, schema, encoded, messages, cancel);

        var profile = new StepProfile();
        var options = new FitOptions
        {
            Seed = request.Seed,
            Device = request.Device,
            CheckpointPath = request.CheckpointPath,
            Resume = request.Resume,
            Progress = messages,
            Profile = profile,
        };
        var result = Fit(encoded, request, options, messages, cancel);
        if (request.Config.EarlyStopping.Enabled && result.Summary.BestEpoch is null)
        {
            messages.Note($"too few observed cells to keep any from the fit, so it could not stop early and ran all {result.Summary.Epochs} epochs.");
        }

        var fitted = FittedRows.Create(encoded, result.Latent, result.Completed, request.Config.ZDim);
        BundleWriter.Write(request.Output, Describe(request, schema, result), result.Weights, fitted, weightDraws: result.WeightDraws, attachments: Attachments(result));
        File.Delete(request.CheckpointPath);
        return FitSummary.Of(request.Output, table, result.Summary, request.Seed) with { StepMicroseconds = profile.ByName() };
    }

    /// <summary>What a bundle keeps for an adaptation.</summary>
    internal static Dictionary<string, byte[]> Attachments(FitResult result) => new() { [MissBgmFit.NetworksFileName] = result.Networks };

    private static FitResult Fit(EncodedTable encoded, FitRequest request, FitOptions options, FitMessages messages, CancellationToken cancel)
    {
        try
        {
            return MissBgmFit.Run(encoded, request.Config, options, cancel);
        }
        catch (OperationCanceledException)
        {
            messages.Note($"cancelled; the fit so far is kept in {request.CheckpointPath}: the same command with --resume continues it.");
            throw;
        }
    }

    private static void RequireWritable(FitRequest request)
    {
        if (!request.Resume && File.Exists(request.CheckpointPath))
        {
            throw new UserInputException($"{request.CheckpointPath} holds an interrupted fit; continue it with --resume, or delete the file to begin anew.");
        }

        BundleWriter.RequireReplaceable(request.Output);

        // Creating the temporary file shows whether the place can be written, before hours of work and not after.
        new OutputFile(request.CheckpointPath).Dispose();
    }

    private static Manifest Describe(FitRequest request, TableSchema schema, FitResult result) => new()
    {
        FormatVersion = Manifest.CurrentFormatVersion,
        Kind = Manifest.MissBgmKind,
        ToolVersion = TrainerCommandLine.Version,
        Seed = request.Seed,
        LatentDimension = request.Config.ZDim,
        Columns = schema.Columns,
        MissingTokens = [.. request.MissingTokens.Values],
        Inference = FitConfigReader.InferenceSettings(request.Config),
        Hyperparameters = JsonSerializer.SerializeToElement(request.Config, Manifest.Json),
        Training = result.Summary,
        Files = new Dictionary<string, string>(),
    };
}
