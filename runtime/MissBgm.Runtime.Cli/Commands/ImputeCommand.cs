using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm impute</c>.</summary>
[Command("impute", Description = "Fill the missing cells of a table; write it, and if asked an interval for each cell.")]
internal sealed class ImputeCommand : CommandBase
{
    [Required, Option("--model <BUNDLE>", "The fitted model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--data <CSV>", "The table to impute, with the columns of the training table in any order.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Required, Option("--out <CSV>", "Where to write the completed table: the posterior mean in place of each missing cell (the mode with --map-only).", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--intervals <CSV>", "Where to write a line for each missing cell: row,column,mean,sd,lower,upper,map,rhat,ess.", CommandOptionType.SingleValue)]
    public string? Intervals { get; set; }

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

    [Option("--missing-tokens <LIST>", "Texts that stand for a missing cell, separated by commas; the empty field always does (default: as in training).", CommandOptionType.SingleValue)]
    public string? MissingTokens { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var (first, end) = RowRange.Parse(Rows);
        RequireDistinctPaths();
        if (PfnModel.Recognises(Model))
        {
            RunFlow(terminal, first, end, cancellation);
            return;
        }

        using var imputer = Imputer.Load(Model, Device);
        var tokens = MissingTokens is null ? imputer.Bundle.Manifest.MissingTokens : MissingTokens.Split(',').Append("");
        var table = TableReader.Read(Data, new MissingTokens(tokens));
        using var completed = new OutputFile(Out);
        using var cells = Intervals is null ? null : new OutputFile(Intervals);
        var options = new ImputeOptions
        {
            Inference = Settings(imputer.Bundle.Manifest.Inference),
            Seed = Seed,
            MapOnly = MapOnly,
            Threads = Threads ?? Environment.ProcessorCount,
            FirstRow = first,
            EndRow = end,
        };
        ImputedTable imputed;
        using (var progress = terminal.Progress("imputing")) imputed = imputer.Impute(table, options, progress, cancellation);

        imputed.WriteCompleted(completed.Stream);
        if (cells is not null) imputed.WriteCells(cells.Stream);
        cells?.Commit();
        completed.Commit();
        ImputeSummary.Print(terminal, imputed, options, Out, Intervals);
    }

    private void RunFlow(Terminal terminal, int first, int? end, CancellationToken cancellation)
    {
        var chainsOnly = new[] { ("--map-only", MapOnly), ("--burn-in", BurnIn is not null), ("--chains", Chains is not null) }.Where(o => o.Item2).Select(o => o.Item1).ToArray();
        if (chainsOnly.Length > 0) throw new UserInputException($"{string.Join(", ", chainsOnly)}: {Model} is a PFN-Flow model, whose draws are independent; leave the option out.");
        var tokens = MissingTokens is null ? Tables.MissingTokens.Default : new MissingTokens(MissingTokens.Split(',').Append(""));
        var defaults = new FlowImputeOptions();
        var options = defaults with
        {
            Draws = Draws ?? defaults.Draws,
            Alpha = Alpha ?? defaults.Alpha,
            Seed = Seed,
            Threads = Threads ?? Environment.ProcessorCount,
            FirstRow = first,
            EndRow = end,
        };
        FlowImpute.Run(terminal, Model, Device, TableReader.Read(Data, tokens), options, Out, Intervals, cancellation);
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

    private void RequireDistinctPaths()
    {
        var paths = new[] { ("--data", Data), ("--model", Model), ("--out", Out), ("--intervals", Intervals) }.Where(p => p.Item2 is not null).ToArray();
        foreach (var same in paths.GroupBy(p => Path.GetFullPath(p.Item2!), StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            throw new UserInputException($"{string.Join(" and ", same.Select(p => p.Item1))} both name {same.Key}; give each a file of its own.");
        }
    }
}
