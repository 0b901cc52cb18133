using System.Text.Json;
using MissBgm.Exporter.Bundles;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Paper.Steps;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What the user asked for.</summary>
/// <param name="Model">The fitted model.</param>
/// <param name="Data">The new table.</param>
/// <param name="Output">Where the bundle goes.</param>
/// <param name="Epochs">Passes over the new table; null for the configuration's.</param>
/// <param name="MissingTokens">Texts that stand for a missing cell; null for the model's.</param>
/// <param name="Seed">Seed of all random numbers.</param>
/// <param name="Device">cpu or cuda.</param>
internal sealed record AdaptRequest(string Model, string Data, string Output, int? Epochs, MissingTokens? MissingTokens, ulong Seed, string Device);

/// <summary>From a bundle and a new table to another bundle. Columns and scaling stay the model's.</summary>
internal static class AdaptJob
{
    public static FitSummary Run(AdaptRequest request, FitMessages messages, CancellationToken cancel)
    {
        var bundle = Bundle.Load(request.Model);
        var networks = Networks(bundle);
        var table = TableReader.Read(request.Data, request.MissingTokens ?? new MissingTokens(bundle.Manifest.MissingTokens));
        var encoded = bundle.Schema.Encode(table);
        messages.Describe(table, bundle.Schema, encoded);
        BundleWriter.RequireReplaceable(request.Output);

        // Few epochs leave nothing to stop early, and too little to average over.
        var config = JsonSerializer.Deserialize<FitConfig>(bundle.Manifest.Hyperparameters, Manifest.Json)!;
        config = config with { Epochs = request.Epochs ?? Math.Max(1, config.Posterior.TestEpochs), Averaging = 0, EarlyStopping = config.EarlyStopping with { Enabled = false } };
        var profile = new StepProfile();
        var options = new FitOptions { Seed = request.Seed, Device = request.Device, Progress = messages, Profile = profile };
        var result = MissBgmFit.Adapt(encoded, config, networks, options, cancel);
        var manifest = bundle.Manifest with
        {
            ToolVersion = TrainerCommandLine.Version,
            Seed = request.Seed,
            Hyperparameters = JsonSerializer.SerializeToElement(config, Manifest.Json),
            Training = result.Summary,
        };
        var fitted = FittedRows.Create(encoded, result.Latent, result.Completed, config.ZDim);
        BundleWriter.Write(request.Output, manifest, result.Weights, fitted, weightDraws: result.WeightDraws, attachments: FitJob.Attachments(result));
        return FitSummary.Of(request.Output, table, result.Summary, request.Seed) with { StepMicroseconds = profile.ByName() };
    }

    private static byte[] Networks(Bundle bundle)
    {
        if (bundle.Manifest.Mechanism != Mechanism.Paper)
        {
            var mechanism = bundle.Manifest.Mechanism.ToString().ToLowerInvariant();
            throw new UserInputException($"{bundle.Path}: the model is of mechanism {mechanism}, which is fitted in seconds and has no networks to move on; fit the new table, or both tables together.");
        }

        return bundle.Find(MissBgmFit.NetworksFileName)
            ?? throw new UserInputException($"{bundle.Path} has no {MissBgmFit.NetworksFileName}, with which an adaptation begins: it was written by an earlier version; fit the model again.");
    }
}
