using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using AllowedValues = McMaster.Extensions.CommandLineUtils.AllowedValuesAttribute;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary><c>missbgm-train adapt</c>: lets a fitted model's networks move on with new data.</summary>
[Command("adapt", Description = "Lets the networks of a fitted model (mechanism paper) move on with a new table, and writes the model as a bundle.")]
internal sealed class AdaptCommand : TableCommandBase
{
    [Required, Option("--model <BUNDLE>", "The model: a folder or a .zip file that fit or adapt wrote.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--data <FILE>", "The new table, CSV with the training table's columns.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Required, Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Range(1, 1_000_000)]
    [Option("--epochs <N>", "Passes over the new table (default: the configuration's paper.posterior.test_epochs).", CommandOptionType.SingleValue)]
    public int? Epochs { get; set; }

    [Option("--seed <N>", "Seed of all random numbers (default 42).", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 42;

    [AllowedValues("cpu", "cuda")]
    [Option("--device <DEVICE>", "Where to compute (default cpu).", CommandOptionType.SingleValue)]
    public string Device { get; set; } = "cpu";

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        using var messages = new FitMessages(terminal);
        terminal.Result(
            AdaptJob.Run(new AdaptRequest(Model, Data, Out, Epochs, stored => Reading(stored), Seed, Device), messages, cancellation),
            summary => summary.ToString());
    }
}
