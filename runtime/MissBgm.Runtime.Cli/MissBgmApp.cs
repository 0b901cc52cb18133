using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Cli.Commands;

namespace MissBgm.Runtime.Cli;

/// <summary>The program <c>missbgm</c>.</summary>
[Command(Name = "missbgm", Description = "Fills the gaps of tables with a fitted model and says how sure it is.", FullName = "MissBGM runtime")]
[Subcommand(typeof(ImputeCommand))]
[Subcommand(typeof(MergeCommand))]
[Subcommand(typeof(PredictCommand))]
[Subcommand(typeof(InspectCommand))]
[Subcommand(typeof(EvaluateCommand))]
[Subcommand(typeof(ReportCommand))]
[Subcommand(typeof(PlotCommand))]
[Subcommand(typeof(AnalyseCommand))]
[Subcommand(typeof(PoolCommand))]
[Subcommand(typeof(SensitivityCommand))]
[Subcommand(typeof(ServeCommand))]
internal sealed class MissBgmApp
{
}
