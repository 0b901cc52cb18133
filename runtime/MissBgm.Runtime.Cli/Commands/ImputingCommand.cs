using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>What all commands share that impute a table.</summary>
internal abstract class ImputingCommand : TableCommandBase
{
    [Required, Option("--model <BUNDLE>", "The fitted model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--data <CSV>", "The table to impute, with the columns of the training table in any order.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Option(
        "--draws <N>", "Retained draws of each chain (default: as stored with the model; 100 in all with a PFN-Flow model).",
        CommandOptionType.SingleValue)]
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

    [Option(
        "--threads <N>", "Chunks of rows computed at once (default: the machine's processors); results do not depend on it.",
        CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    [Option(
        "--keep-empty <RULE>",
        "Cells that must stay empty: a column, or \"column | other = value and age < 18\"; may be given several times (default: as "
        + "in training).",
        CommandOptionType.MultipleValue)]
    public string[] KeepEmpty { get; set; } = [];

    [Option("--id <COLUMNS>", "PFN-Flow models: columns that name the rows, separated by commas; carried through untouched.", CommandOptionType.SingleValue)]
    public string? Ids { get; set; }

    [Option("--ignore <COLUMNS>", "PFN-Flow models: other columns to carry through untouched, separated by commas.", CommandOptionType.SingleValue)]
    public string? Ignored { get; set; }

    /// <summary>How to impute, as the options say.</summary>
    protected ImputeOptions Options(Imputer imputer, Table table) => new()
    {
        Inference = Settings(imputer.Inference),
        Seed = Seed,
        Threads = Threads ?? Environment.ProcessorCount,
        KeepEmpty = KeepEmpty.Length == 0 ? null : [.. KeepEmpty.Select(KeepEmptyRule.Parse)],
        Columns = imputer.Bundle is null ? new ColumnDeclarations().With(table, Ids, Ignored) : Ignore(imputer, table),
    };

    // A fitted model knows its columns: those it does not are carried through anyway.
    private ColumnDeclarations? Ignore(Imputer imputer, Table table)
    {
        var own = new ColumnDeclarations().With(table, Ids, Ignored).Columns.Keys
            .FirstOrDefault(name => imputer.Bundle!.Schema.Columns.Any(column => column.Name == name));
        return own is null
            ? null
            : throw new UserInputException(
                $"--id, --ignore: column '{own}' is one of the model's; leave it out when fitting (missbgm-train fit --ignore {own}).");
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
}
