using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm impute</c>.</summary>
[Command("impute", Description = "Fill the missing cells of a table; write it, and if asked an interval for each cell.")]
internal sealed class ImputeCommand : TableCommandBase
{
    [Required, Option("--model <BUNDLE>", "The fitted model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--data <CSV>", "The table to impute, with the columns of the training table in any order.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Required, Option("--out <CSV>", "Where to write the completed table: the posterior mean, or the most probable level, in place of each missing cell (the mode with --map-only).", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--intervals <CSV>", "Where to write a line for each missing cell: row,column,mean,sd,lower,upper,map,rhat,ess; with discrete columns level,probabilities besides.", CommandOptionType.SingleValue)]
    public string? Intervals { get; set; }

    [Option("--draws-out <NPY>", "Where to write all draws of the missing cells: NumPy's format, float32, [cells, chains, draws], cells in the order of --intervals, levels by number from 0.", CommandOptionType.SingleValue)]
    public string? DrawsOut { get; set; }

    [Option("--multiple <M>", "Write M completed tables besides, for multiple imputation (see missbgm pool).", CommandOptionType.SingleValue)]
    public int? Multiple { get; set; }

    [Option("--multiple-dir <FOLDER>", "Folder of the M tables: imputation_1.csv, imputation_2.csv, ...", CommandOptionType.SingleValue)]
    public string? MultipleDir { get; set; }

    [Option("--no-rounding", "In the completed table, give the posterior means of columns of whole numbers as they are, not the nearest whole numbers; draws are whole in any case.", CommandOptionType.NoValue)]
    public bool NoRounding { get; set; }

    [Option("--strict", "End with exit code 4 where a cell has not converged; the files are written all the same.", CommandOptionType.NoValue)]
    public bool Strict { get; set; }

    [Option("--map-only", "Give the joint mode of each row only; no sampling.", CommandOptionType.NoValue)]
    public bool MapOnly { get; set; }

    [Option("--draws <N>", "Retained draws of each chain (default: as stored with the model; 100 in all with a PFN-Flow model).", CommandOptionType.SingleValue)]
    public int? Draws { get; set; }

    [Option("--burn-in <N>", "Warm-up sweeps of each chain, discarded.", CommandOptionType.SingleValue)]
    public int? BurnIn { get; set; }

    [Option("--chains <N>", "Chains of each row.", CommandOptionType.SingleValue)]
    public int? Chains { get; set; }

    [Option("--sampler <SAMPLER>", "joint, or paper for the paper's HMC within Gibbs (default: as stored with the model).", CommandOptionType.SingleValue)]
    public SamplerKind? Sampler { get; set; }

    [Option("--leapfrog-steps <N>", "Mean leapfrog steps of an update.", CommandOptionType.SingleValue)]
    public int? LeapfrogSteps { get; set; }

    [Option("--alpha <A>", "Intervals cover 1 - A.", CommandOptionType.SingleValue)]
    public double? Alpha { get; set; }

    [Option("--seed <N>", "Seed of the sampler (default 42).", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 42;

    [Option("--device <DEVICE>", "cpu or cuda (default cpu).", CommandOptionType.SingleValue)]
    public ComputeDevice Device { get; set; }

    [Option("--threads <N>", "Chunks of rows computed at once (default: the machine's processors); results do not depend on it.", CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    [Option("--rows <RANGE>", "Impute and write only data rows FIRST:END, counted from 0, END not included.", CommandOptionType.SingleValue)]
    public string? Rows { get; set; }

    [Option("--keep-empty <RULE>", "Cells that must stay empty: a column, or \"column | other = value and age < 18\"; may be given several times (default: as in training).", CommandOptionType.MultipleValue)]
    public string[] KeepEmpty { get; set; } = [];

    [Option("--id <COLUMNS>", "PFN-Flow models: columns that name the rows, separated by commas; carried through untouched.", CommandOptionType.SingleValue)]
    public string? Ids { get; set; }

    [Option("--ignore <COLUMNS>", "PFN-Flow models: other columns to carry through untouched, separated by commas.", CommandOptionType.SingleValue)]
    public string? Ignored { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var (first, end) = RowRange.Parse(Rows);
        DistinctPaths.Require(("--data", Data), ("--model", Model), ("--out", Out), ("--intervals", Intervals), ("--draws-out", DrawsOut));
        RequireSampling();
        using var imputer = Imputer.Load(Model, Device);
        if (imputer.Note is { } newer) terminal.Note(newer);
        if (Strict && !imputer.DrawsChains) throw new UserInputException($"--strict: {Model} is a PFN-Flow model, whose draws are no chains; leave the option out.");
        var table = TableReader.Read(Data, Reading(imputer.Reading));
        using var outputs = new ImputeOutputs(Out, Intervals, DrawsOut, Multiple, MultipleDir);
        if (outputs.TakeStandardOutput) terminal.LeaveStandardOutput();
        var options = new ImputeOptions
        {
            Inference = Settings(imputer.Inference),
            Seed = Seed,
            MapOnly = MapOnly,
            Threads = Threads ?? Environment.ProcessorCount,
            FirstRow = first,
            EndRow = end,
            DrawSinks = outputs.Sinks,
            KeepEmpty = KeepEmpty.Length == 0 ? null : [.. KeepEmpty.Select(KeepEmptyRule.Parse)],
            Columns = imputer.Bundle is null ? new ColumnDeclarations().With(table, Ids, Ignored) : Ignore(imputer, table),
        };
        if (imputer.MemoryNote(options) is { } note) terminal.Detail(note);
        ImputedTable imputed;
        using (var progress = terminal.Progress("imputing")) imputed = imputer.Impute(table, options, progress, cancellation);

        outputs.Write(imputed, !NoRounding);
        TableNotes.Print(terminal, imputed, imputer.Bundle?.Schema.Unknown(table));
        ImputeSummary.Print(terminal, imputed, outputs.Paths);
        if (Strict && imputed.Report.Convergence is { Converged: false }) throw new NumericalException("--strict: not all cells are known to have converged (see above); the files were written.");
    }

    // A fitted model knows its columns: those it does not are carried through anyway.
    private ColumnDeclarations? Ignore(Imputer imputer, Table table)
    {
        var own = new ColumnDeclarations().With(table, Ids, Ignored).Columns.Keys.FirstOrDefault(name => imputer.Bundle!.Schema.Columns.Any(column => column.Name == name));
        return own is null ? null : throw new UserInputException($"--id, --ignore: column '{own}' is one of the model's; leave it out when fitting (missbgm-train fit --ignore {own}).");
    }

    private InferenceSettings Settings(InferenceSettings stored) => stored with
    {
        Draws = Draws ?? stored.Draws,
        BurnIn = BurnIn ?? stored.BurnIn,
        Chains = Chains ?? stored.Chains,
        Alpha = Alpha ?? stored.Alpha,
        Sampler = Sampler ?? stored.Sampler,
        LeapfrogSteps = LeapfrogSteps ?? stored.LeapfrogSteps,
    };

    private void RequireSampling()
    {
        if (MapOnly && (Multiple ?? (object?)DrawsOut) is not null) throw new UserInputException("--map-only makes no draws; leave it out to use --multiple or --draws-out.");
        if (Multiple is null != MultipleDir is null) throw new UserInputException("--multiple and --multiple-dir belong together; give both.");
    }
}
