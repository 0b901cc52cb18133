using MissBgm.Exporter.Bundles;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What the user asked for.</summary>
/// <param name="Model">The fitted model.</param>
/// <param name="Data">The new table.</param>
/// <param name="Output">Where the bundle goes.</param>
/// <param name="Epochs">Passes over the new table; null for the configuration's.</param>
/// <param name="Reading">How the table is read, given how the model says.</param>
/// <param name="Seed">Seed of all random numbers.</param>
/// <param name="Device">cpu or cuda.</param>
internal sealed record AdaptRequest(string Model, string Data, string Output, int? Epochs, Func<ReadOptions, ReadOptions> Reading, ulong Seed, string Device);

/// <summary>From a bundle and a new table to another bundle. Columns and scaling stay the model's.</summary>
internal static class AdaptJob
{
    public static FitSummary Run(AdaptRequest request, FitMessages messages, CancellationToken cancel)
    {
        var bundle = Bundle.Load(request.Model);
        var table = TableReader.Read(request.Data, request.Reading(bundle.Reading()));
        messages.Describe(table, bundle.Schema);
        BundleWriter.RequireReplaceable(request.Output);
        var profile = new StepProfile();
        var options = new FitOptions { Seed = request.Seed, Device = request.Device, Progress = messages, Profile = profile };
        var model = ModelFit.Adapt(bundle, table, request.Epochs, options, cancel);
        model.Write(request.Output);
        return FitSummary.Of(request.Output, TableSize.Of(table), model.Manifest, profile);
    }
}
