using MissBgm.CommandLine;
using MissBgm.Report.Findings;
using MissBgm.Report.Pages.Imputation;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>Shows what a new model makes of the table it was fitted to: the report of <c>missbgm report</c>.</summary>
internal static class FitReport
{
    internal static void Write(OutputFile output, FitRequest request, Table table, FitMessages messages, CancellationToken cancel)
    {
        using var imputer = Imputer.Load(request.Output);
        var draws = new ReportDraws();
        var options = new ImputeOptions { DrawSinks = [draws] };
        using var progress = messages.Imputing();
        var imputed = imputer.Impute(table, options, progress, cancel);
        ImputationPage.Write(
            output.Stream,
            new ImputationFindings(imputer, imputed, draws, options)
            {
                ToolVersion = CommandLineHost.VersionOf<TrainerApp>(),
                TableHash = InputFile.Hash(request.Data),
            });
        output.Commit();
    }
}
