using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Findings;
using MissBgm.Report.Pages.Imputation;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Shards;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm merge</c>.</summary>
[Command("merge", Description = "Put the shards of a table together that several runs of impute have made: the bytes are those of one run.")]
internal sealed class MergeCommand : CommandBase
{
    [Required, Argument(0, "records", "The record of each shard (missbgm impute --record), in any order.")]
    public string[] Records { get; set; } = [];

    [Required, Option("--out <CSV>", "Where to write the completed table.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--intervals <CSV>", "Where to write the line of each missing cell; every shard must have them.", CommandOptionType.SingleValue)]
    public string? Intervals { get; set; }

    [Option("--draws-out <NPY>", "Where to write all draws of the missing cells; every shard must have them.", CommandOptionType.SingleValue)]
    public string? DrawsOut { get; set; }

    [Option(
        "--multiple-dir <FOLDER>", "Folder of the completed tables for multiple imputation, imputation_1.csv and so on; every shard must have them.",
        CommandOptionType.SingleValue)]
    public string? MultipleDir { get; set; }

    [Option(
        "--report <HTML>",
        "Where to write a report of the whole, as impute --report does; with --model and --data, and of shards that have --intervals and --draws-out.",
        CommandOptionType.SingleValue)]
    public string? Report { get; set; }

    [Option("--model <BUNDLE>", "With --report: the model that the shards were imputed with.", CommandOptionType.SingleValue)]
    public string? Model { get; set; }

    [Option("--data <CSV>", "With --report: the table.", CommandOptionType.SingleValue)]
    public string? Data { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        (string, string?)[] records = [.. Records.Distinct(StringComparer.Ordinal).Select(record => ("a record", (string?)record))];
        DistinctPaths.Require([("--out", Out), ("--intervals", Intervals), ("--draws-out", DrawsOut), ("--report", Report), ("--data", Data), .. records]);
        if (Report is null != Model is null || Report is null != Data is null)
        {
            throw new UserInputException("--report, --model and --data belong together; give all three, or none.");
        }

        var packing = TableFileKind.Of(Out) switch
        {
            { Format: null or TableFileFormat.Text, Packing: var packed } => packed,
            _ => throw new UserInputException($"{Out}: shards are put together as text; name a .csv, .csv.gz or .csv.zst file."),
        };
        var merge = ShardMerge.Read(Records);
        if (MultipleDir is not null && merge.Imputations == 0)
        {
            throw new UserInputException("--multiple-dir: the shards have no multiple imputations; impute them with --multiple, or leave it out.");
        }

        using var outputs = new OutputTransaction();
        void Write(string? path, Action<Stream> write)
        {
            cancellation.ThrowIfCancellationRequested();
            if (path is not null) outputs.Write(path, write);
        }

        Write(Out, stream => merge.WriteCompleted(stream, packing));
        Write(Intervals, merge.WriteCells);
        Write(DrawsOut, merge.WriteDraws);
        for (var i = 0; i < (MultipleDir is null ? 0 : merge.Imputations); i++)
        {
            var number = i;
            Write(Path.Combine(MultipleDir!, $"imputation_{i + 1}.csv"), stream => merge.WriteImputation(stream, number));
        }

        Write(Report, stream => WriteReport(stream, merge));
        if (outputs.TakesStandardOutput) terminal.LeaveStandardOutput();
        outputs.Commit();
        Print(terminal, merge, outputs.Paths);
    }

    private void WriteReport(Stream stream, ShardMerge merge)
    {
        if (!merge.HasDraws && merge.Shards[0].Run.GetValueOrDefault("kind of draws") != "none")
        {
            throw new UserInputException("--report shows draws, which the shards lack; impute them with --draws-out, or leave it out.");
        }

        using var imputer = Imputer.Load(Model!);
        var (table, hash, draws) = (TableReader.Read(Data!, imputer.Reading), InputFile.Hash(Data!), new ReportDraws());
        var (imputed, options) = new MergedTable(merge, imputer, table, hash).Read(draws);
        ImputationPage.Write(stream, new ImputationFindings(imputer, imputed, draws, options)
        {
            ToolVersion = CommandLineHost.VersionOf<MissBgmApp>(),
            TableHash = hash,
        });
    }

    private static void Print(Terminal terminal, ShardMerge merge, IReadOnlyList<string> files)
    {
        var convergence = merge.Convergence;
        foreach (var fault in ConvergenceSentence.Faults(convergence, merge.WorstCell)) terminal.Warn(fault);
        terminal.Result(
            new MergeResult(
                merge.Shards.Count, merge.Shards[0].TableRows, merge.Shards.Sum(shard => (long)shard.MissingCells),
                merge.Shards.Sum(shard => (long)shard.FittedRows), merge.Shards.Sum(shard => (long)shard.NewRows), convergence,
                merge.Shards.Sum(shard => shard.Seconds), merge.Shards[0].Run, files),
            ResultJson.Default.MergeResult,
            summary => Terminal.Listing([
                ("shards", $"{summary.Shards}"),
                ("rows", $"{summary.Rows}"),
                ("missing cells", $"{summary.MissingCells}"),
                ("convergence", ConvergenceSentence.Describe(convergence)),
                ("seconds, all shards", $"{summary.Seconds:0.0}"),
                .. files.Select(file => ("written", file))]));
    }
}
