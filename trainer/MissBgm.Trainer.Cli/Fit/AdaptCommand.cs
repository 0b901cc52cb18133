using System.Text.Json;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary><c>missbgm-train adapt</c>: lets a fitted model's networks move on with new data.</summary>
internal static class AdaptCommand
{
    public static void Configure(CommandLineApplication command, IConsole console, CancellationToken cancel)
    {
        command.Description = "Lets the networks of a fitted model (mechanism paper) move on with a new table, and writes the model as a bundle.";
        var model = command.Option("--model <PATH>", "The model: a folder or a .zip file that fit or adapt wrote.", CommandOptionType.SingleValue).IsRequired();
        var data = command.Option("--data <FILE>", "The new table, CSV with the training table's columns.", CommandOptionType.SingleValue).IsRequired();
        var output = command.Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue).IsRequired();
        var epochs = command.Option<int>("--epochs <NUMBER>", "Passes over the new table; the configuration's paper.posterior.test_epochs if not given.", CommandOptionType.SingleValue);
        epochs.Accepts(validate => validate.Range(1, 1_000_000));
        var seed = command.Option<ulong>("--seed <NUMBER>", "Seed of all random numbers; 42 if not given.", CommandOptionType.SingleValue);
        var device = command.Option("--device <NAME>", "cpu (default) or cuda.", CommandOptionType.SingleValue).Accepts(validate => validate.Values("cpu", "cuda"));
        var tokens = command.Option("--missing-tokens <LIST>", "Comma-separated texts that stand for a missing cell; the empty field always does (default: the model's own).", CommandOptionType.SingleValue);
        var quiet = command.Option("--quiet", "No progress on stderr.", CommandOptionType.NoValue);
        var json = command.Option("--json", "The summary as JSON on stdout.", CommandOptionType.NoValue);
        command.OnExecute(() =>
        {
            var request = new AdaptRequest(
                model.Value()!,
                data.Value()!,
                output.Value()!,
                epochs.HasValue() ? epochs.ParsedValue : null,
                tokens.Value() is { } list ? MissingTokens.Parse(list) : null,
                seed.HasValue() ? seed.ParsedValue : 42,
                device.Value() ?? "cpu");
            using var messages = new FitMessages(console, quiet.HasValue());
            var summary = AdaptJob.Run(request, messages, cancel);
            console.Out.WriteLine(json.HasValue() ? JsonSerializer.Serialize(summary, Manifest.Json) : summary.ToString());
        });
    }
}
