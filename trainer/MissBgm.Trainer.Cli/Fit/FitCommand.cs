using System.Text.Json;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary><c>missbgm-train fit</c>: fits MissBGM to an incomplete table and writes the bundle.</summary>
internal static class FitCommand
{
    public static void Configure(CommandLineApplication command, IConsole console, CancellationToken cancel)
    {
        command.Description = "Fits MissBGM to an incomplete table and writes the model as a bundle.";
        var data = command.Option("--data <FILE>", "The incomplete table, CSV with a header.", CommandOptionType.SingleValue).IsRequired();
        var output = command.Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue).IsRequired();
        var config = command.Option("--config <FILE>", "Hyper-parameters, YAML; keys that are left out keep their defaults.", CommandOptionType.SingleValue);
        var mechanism = command.Option("--mechanism <NAME>", $"How missingness is modelled: {string.Join(", ", FitConfig.Mechanisms)}.", CommandOptionType.SingleValue)
            .Accepts(validate => validate.Values([.. FitConfig.Mechanisms]));
        var seed = command.Option<ulong>("--seed <NUMBER>", "Seed of all random numbers; 42 if not given.", CommandOptionType.SingleValue);
        var device = command.Option("--device <NAME>", "cpu (default) or cuda.", CommandOptionType.SingleValue).Accepts(validate => validate.Values("cpu", "cuda"));
        var resume = command.Option("--resume", "Continue an interrupted fit from its checkpoint.", CommandOptionType.NoValue);
        var tokens = command.Option("--missing-tokens <LIST>", "Comma-separated texts that stand for a missing cell; the empty field always does (default: NA and NaN besides).", CommandOptionType.SingleValue);
        var quiet = command.Option("--quiet", "No progress on stderr.", CommandOptionType.NoValue);
        var json = command.Option("--json", "The summary as JSON on stdout.", CommandOptionType.NoValue);
        command.OnExecute(() =>
        {
            var settings = config.Value() is { } path ? FitConfigReader.Read(path, mechanism.Value()) : new FitConfig { Mechanism = mechanism.Value() ?? new FitConfig().Mechanism };
            var request = new FitRequest(
                data.Value()!,
                output.Value()!,
                settings,
                tokens.Value() is { } list ? MissingTokens.Parse(list) : MissingTokens.Default,
                seed.HasValue() ? seed.ParsedValue : 42,
                device.Value() ?? "cpu",
                resume.HasValue());
            using var messages = new FitMessages(console, quiet.HasValue());
            var summary = FitJob.Run(request, messages, cancel);
            console.Out.WriteLine(json.HasValue() ? JsonSerializer.Serialize(summary, Manifest.Json) : summary.ToString());
        });
    }
}
