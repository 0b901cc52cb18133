using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Shards;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm impute</c>.</summary>
[Command("impute", Description = "Fill the missing cells of a table; write it, and if asked an interval for each cell.")]
internal sealed class ImputeCommand : ImputingCommand
{
    private const long ShortTable = 32 << 20;

    [Required, Option(
        "--out <CSV>",
        "Where to write the completed table: the posterior mean, or the most probable level, in place of each missing cell (the "
        + "mode with --map-only).",
        CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option(
        "--intervals <CSV>",
        "Where to write a line for each missing cell: row,column,mean,sd,lower,upper,map,rhat,ess; with discrete columns "
        + "level,probabilities besides.",
        CommandOptionType.SingleValue)]
    public string? Intervals { get; set; }

    [Option(
        "--draws-out <NPY>",
        "Where to write all draws of the missing cells: NumPy's format, float32, [cells, chains, draws], cells in the order of "
        + "--intervals, levels by number from 0.",
        CommandOptionType.SingleValue)]
    public string? DrawsOut { get; set; }

    [Option("--multiple <M>", "Write M completed tables besides, for multiple imputation (see missbgm pool).", CommandOptionType.SingleValue)]
    public int? Multiple { get; set; }

    [Option("--multiple-dir <FOLDER>", "Folder of the M tables: imputation_1.csv, imputation_2.csv, ...", CommandOptionType.SingleValue)]
    public string? MultipleDir { get; set; }

    [Option(
        "--report <HTML>",
        "Where to write a report to look at: what was missing, what was chosen and why, observed against imputed values, "
        + "convergence, the most uncertain cells.",
        CommandOptionType.SingleValue)]
    public string? Report { get; set; }

    [Option(
        "--no-rounding",
        "In the completed table, give the posterior means of columns of whole numbers as they are, not the nearest whole numbers; "
        + "draws are whole in any case.",
        CommandOptionType.NoValue)]
    public bool NoRounding { get; set; }

    [Option("--strict", "End with exit code 4 where a cell has not converged; the files are written all the same.", CommandOptionType.NoValue)]
    public bool Strict { get; set; }

    [Option("--map-only", "Give the joint mode of each row only; no sampling.", CommandOptionType.NoValue)]
    public bool MapOnly { get; set; }

    [Option("--rows <RANGE>", "Impute and write only data rows FIRST:END, counted from 0, END not included.", CommandOptionType.SingleValue)]
    public string? Rows { get; set; }

    [Option(
        "--shard <NUMBER/COUNT>", "Impute and write only one of COUNT parts of the table, such as 3/16; see missbgm merge.",
        CommandOptionType.SingleValue)]
    public string? Shard { get; set; }

    [Option(
        "--record <JSON>",
        "Where to write what missbgm merge puts shards together by: what made the outputs, of which rows they are, and their hashes. It is "
        + "written last: a shard that has it is whole.",
        CommandOptionType.SingleValue)]
    public string? Record { get; set; }

    [Option(
        "--part-rows <N>",
        "Rows of a long text table that are held at once, a multiple of 512 (default: some two million cells); results do not depend on it.",
        CommandOptionType.SingleValue)]
    public int? PartRows { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        if (Shard is not null && Rows is not null) throw new UserInputException("--shard and --rows both say which rows to impute; give one.");
        ShardRows? shard = Shard is null ? null : ShardRows.Parse(Shard);
        var asked = RowRange.Parse(Rows);
        DistinctPaths.Require(
            ("--data", Data), ("--model", Model), ("--out", Out), ("--intervals", Intervals), ("--draws-out", DrawsOut),
            ("--report", Report), ("--record", Record));
        RequireSampling();
        using var imputer = Imputer.Load(Model, Device);
        if (imputer.Note is { } newer) terminal.Note(newer);
        if (Strict && !imputer.DrawsChains)
        {
            throw new UserInputException($"--strict: {Model} is a PFN-Flow model, whose draws are no chains; leave the option out.");
        }
        (int First, int End) Range(int rows) => shard?.Of(rows) ?? ImputeOptions.Range(InputFile.Name(Data), asked.First, asked.End, rows);
        using var rows = Read(imputer, Range);
        using var outputs = new ImputeOutputs(Out, Intervals, DrawsOut, Multiple, MultipleDir, Report);
        using var record = Record is null ? null : new OutputFile(Record);
        if (outputs.TakeStandardOutput) terminal.LeaveStandardOutput();
        var (totals, options) = ImputeParts(rows, imputer, outputs, terminal, cancellation);
        if (record is not null)
        {
            var made = new ShardMaking(CommandLineHost.VersionOf<MissBgmApp>(), imputer, options, InputFile.Hash(Data)!, rows.TotalRows, !NoRounding);
            outputs.Shard.Describe(record.Path, totals, made).Write(record.Stream);
            record.Commit();
        }

        ImputeSummary.Print(terminal, totals, imputer.Bundle?.Schema.Unknown(totals.Source), outputs.Paths);
        if (Strict && totals.Report.Convergence is { Converged: false })
        {
            throw new NumericalException("--strict: not all cells are known to have converged (see above); the files were written.");
        }
    }

    private (ImputationTotals Totals, ImputeOptions Options) ImputeParts(
        TableParts rows, Imputer imputer, ImputeOutputs outputs, Terminal terminal, CancellationToken cancellation)
    {
        ImputationTotals? totals = null;
        ImputeOptions? options = null;
        using var progress = terminal.Progress("imputing");
        foreach (var (part, number) in rows.All.Select((part, number) => (part, number)))
        {
            var table = part.Table;
            if (options is null && Record is not null) outputs.Shard.RequireMergeable(Data, table);
            options = (options ?? Options(imputer, table) with { MapOnly = MapOnly, DrawSinks = outputs.Sinks }) with
            {
                FirstRow = Math.Max(0, rows.First - part.Offset),
                EndRow = Math.Min(table.Rows, rows.End - part.Offset),
                RowOffset = part.Offset,
            };
            if (totals is null && imputer.MemoryNote(options) is { } note) terminal.Detail(note);
            var imputed = imputer.Impute(table, options, new PartProgress(progress, number, rows.Count), cancellation);
            if (totals is null) totals = ImputationTotals.Of(imputed);
            else totals.Add(imputed);
            if (rows.Count == 1)
            {
                outputs.Write(imputed, !NoRounding);
                outputs.Report(imputed, imputer, options, Report is null ? null : InputFile.Hash(Data));
            }
            else
            {
                outputs.Append(imputed, !NoRounding);
            }
        }

        outputs.Commit();
        return (totals!, options!);
    }

    // A pretrained model learns from all rows, a report shows some amid all, and what is not text is written as it was read: at once.
    private TableParts Read(Imputer imputer, Func<int, (int First, int End)> range)
    {
        if (PartRows is { } asked && (asked <= 0 || asked % ShardRows.Block != 0))
        {
            throw new UserInputException($"--part-rows is {PartRows}; allowed are multiples of {ShardRows.Block}.");
        }

        var reading = Reading(imputer.Reading);
        if (imputer.Bundle is { } bundle && Report is null && CanAppend(bundle) && ((Shard ?? Rows) is not null || PartRows is not null || IsLong))
        {
            return TableReader.ReadRows(Data, bundle.Schema, range, reading, PartRows);
        }

        return TableParts.Whole(TableReader.Read(Data, reading), range);
    }

    // What a rule compares with may be written in a way that only all rows tell.
    private bool CanAppend(Bundle bundle)
    {
        var rules = KeepEmpty.Length > 0 ? KeepEmpty : bundle.Manifest.KeepEmpty;
        return TableFileKind.Of(Out).Format is null or TableFileFormat.Text && !(Multiple > ImputeOutputs.MostOpenImputations)
            && rules.SelectMany(rule => KeepEmptyRule.Parse(rule).Columns).All(name => bundle.Schema.Columns.Any(column => column.Name == name));
    }

    // A short table is read but once.
    private bool IsLong => Posix.Kind(Data) != PathKind.File || new FileInfo(Data).Length > ShortTable;

    private void RequireSampling()
    {
        if (MapOnly && (Multiple ?? (object?)DrawsOut) is not null)
        {
            throw new UserInputException("--map-only makes no draws; leave it out to use --multiple or --draws-out.");
        }
        if (Multiple is null != MultipleDir is null) throw new UserInputException("--multiple and --multiple-dir belong together; give both.");
    }

    /// <summary>The progress of a part as that of the whole.</summary>
    private sealed class PartProgress(IProgress<double> whole, int part, int parts) : IProgress<double>
    {
        public void Report(double value) => whole.Report((part + value) / parts);
    }
}
