using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Charts;
using MissBgm.Report.Pictures;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Prior;

namespace MissBgm.Trainer.Cli.Pfn;

/// <summary><c>missbgm-train prior</c>: draws tasks from PFN-Flow's prior to look at.</summary>
[Command(
    "prior",
    Description =
        "Draws tasks from the prior that PFN-Flow is pretrained on: for each a table with gaps, the complete table, the mask and a "
        + "picture.")]
internal sealed class PriorCommand : CommandBase
{
    [Required, Option("--show <FOLDER>", "Where the sample tables and pictures go.", CommandOptionType.SingleValue)]
    public string Show { get; set; } = "";

    [Option("--config <FILE>", "The configuration whose prior is meant, YAML (default: the paper's).", CommandOptionType.SingleValue)]
    public string? Config { get; set; }

    [Range(1, 1000)]
    [Option("--tasks <N>", "Number of tasks (default 4).", CommandOptionType.SingleValue)]
    public int Tasks { get; set; } = 4;

    [Range(8, 100_000)]
    [Option("--rows <N>", "Rows of each (default 200).", CommandOptionType.SingleValue)]
    public int Rows { get; set; } = 200;

    [Range(0, int.MaxValue)]
    [Option("--seed <N>", "Seed (default 42).", CommandOptionType.SingleValue)]
    public int Seed { get; set; } = 42;

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var settings = Config is { } path ? PretrainConfigReader.Read(path, terminal.Note) : new PretrainConfig();
        var summaries = PriorSamples.Write(settings.Prior, Show, Tasks, Rows, (ulong)Seed, Draw, cancellation);
        terminal.Result(summaries, tasks => string.Join(Environment.NewLine, tasks));
    }

    private static string Draw(PriorSample sample) =>
        SvgWriter.Document(TaskPicture.Draw(sample.Values, sample.Observed, sample.Labels, sample.Features));
}
