using McMaster.Extensions.CommandLineUtils;
using MissBgm.Trainer.Cli.Fit;
using MissBgm.Trainer.Cli.Pfn;
using MissBgm.Trainer.Cli.Simulate;

namespace MissBgm.Trainer.Cli;

/// <summary>The program <c>missbgm-train</c>.</summary>
[Command(Name = "missbgm-train", Description = "Fits and pretrains the models that missbgm imputes and predicts with.", FullName = "MissBGM trainer")]
[Subcommand(typeof(FitCommand))]
[Subcommand(typeof(AdaptCommand))]
[Subcommand(typeof(SimulateCommand))]
[Subcommand(typeof(PretrainCommand))]
[Subcommand(typeof(PriorCommand))]
[Subcommand(typeof(ExportCommand))]
internal sealed class TrainerApp
{
}
