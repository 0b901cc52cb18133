using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Findings;
using MissBgm.Report.Pages.Imputation;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm report</c>.</summary>
[Command("report", Description = "Impute a table and write a report to look at: one HTML file that works offline.")]
internal sealed class ReportCommand : ImputingCommand
{
    [Option("--out <HTML>", "Where to write the report (default report.html).", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "report.html";

    [Option("--sensitivity <CSV>", "A sensitivity analysis to show, as missbgm sensitivity --out wrote it.", CommandOptionType.SingleValue)]
    public string? Sensitivity { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        DistinctPaths.Require(("--data", Data), ("--model", Model), ("--sensitivity", Sensitivity), ("--out", Out));
        using var imputer = Imputer.Load(Model, Device);
        if (imputer.Note is { } newer) terminal.Note(newer);
        var table = TableReader.Read(Data, Reading(imputer.Reading));
        var curve = Sensitivity is null ? null : SensitivityCurve.Read(TableReader.Read(Sensitivity));
        using var output = new OutputFile(Out);
        if (output.IsStandardOutput) terminal.LeaveStandardOutput();
        var draws = new ReportDraws();
        var options = Options(imputer, table) with { DrawSinks = [draws] };
        ImputedTable imputed;
        using (var progress = terminal.Progress("imputing")) imputed = imputer.Impute(table, options, progress, cancellation);
        ImputationPage.Write(output.Stream, new ImputationFindings(imputer, imputed, draws, options)
        {
            ToolVersion = CommandLineHost.VersionOf<MissBgmApp>(),
            TableHash = InputFile.Hash(Data),
            Sensitivity = curve,
        });
        output.Commit();
        ImputeSummary.Print(terminal, ImputationTotals.Of(imputed), imputer.Bundle?.Schema.Unknown(table), [Out]);
    }
}
