using McMaster.Extensions.CommandLineUtils;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Prior;

namespace MissBgm.Trainer.Cli.Pfn;

/// <summary><c>missbgm-train prior</c>: draws tasks from PFN-Flow's prior to look at.</summary>
internal static class PriorCommand
{
    public static void Configure(CommandLineApplication command, IConsole console)
    {
        command.Description = "Draws tasks from the prior that PFN-Flow is pretrained on: for each a table with gaps, the complete table, the mask and a picture.";
        var show = command.Option("--show <FOLDER>", "Where the sample tables and pictures go.", CommandOptionType.SingleValue).IsRequired();
        var config = command.Option("--config <FILE>", "The configuration whose prior is meant, YAML; the paper's if not given.", CommandOptionType.SingleValue);
        var tasks = command.Option<int>("--tasks <NUMBER>", "Number of tasks; 4 if not given.", CommandOptionType.SingleValue).Accepts(validate => validate.Range(1, 1000));
        var rows = command.Option<int>("--rows <NUMBER>", "Rows of each; 200 if not given.", CommandOptionType.SingleValue).Accepts(validate => validate.Range(8, 100_000));
        var seed = command.Option<int>("--seed <NUMBER>", "Seed; 42 if not given.", CommandOptionType.SingleValue).Accepts(validate => validate.Range(0, int.MaxValue));
        command.OnExecute(() =>
        {
            var settings = config.Value() is { } path ? PretrainConfigReader.Read(path) : new PretrainConfig();
            var summaries = PriorSamples.Write(
                settings.Prior, show.Value()!, tasks.HasValue() ? tasks.ParsedValue : 4, rows.HasValue() ? rows.ParsedValue : 200, seed.HasValue() ? (ulong)seed.ParsedValue : 42);
            foreach (var summary in summaries) console.Out.WriteLine(summary);
        });
    }
}
