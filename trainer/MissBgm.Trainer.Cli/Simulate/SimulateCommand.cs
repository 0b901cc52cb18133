using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary><c>missbgm-train simulate</c>: makes incomplete tables whose hidden cells are known.</summary>
[Command("simulate", Description = "Makes incomplete tables whose hidden cells are known; with the papers' seed, the papers' own.")]
internal sealed class SimulateCommand : CommandBase
{
    private static readonly Dictionary<string, SimulationKind> Kinds = new()
    {
        ["oracle"] = SimulationKind.Oracle,
        ["real-mnar"] = SimulationKind.RealMnar,
        ["mnar-m2m"] = SimulationKind.MnarM2M,
        ["mcar"] = SimulationKind.Mcar,
    };

    [Required]
    [Option(
        "--kind <NAME>",
        "oracle: the self-masked Gaussian benchmark and its oracle; real-mnar, mnar-m2m, mcar: hide cells of a complete table.",
        CommandOptionType.SingleValue)]
    public string Kind { get; set; } = "";

    [Required, Option("--out <FOLDER>", "Where the files go; made if it is not there.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--data <FILE>", "The complete table, CSV with a header (not for oracle).", CommandOptionType.SingleValue)]
    public string? Data { get; set; }

    [Option("--rate <NUMBER>", "Share of cells to hide, for oracle that of the target columns (default 0.2; 0.3 for mnar-m2m).", CommandOptionType.SingleValue)]
    public double? Rate { get; set; }

    [Option("--rows <N>", "Rows of the oracle benchmark (default 5000).", CommandOptionType.SingleValue)]
    public int? Rows { get; set; }

    [Option("--columns <N>", "Columns of the oracle benchmark (default 50).", CommandOptionType.SingleValue)]
    public int? Columns { get; set; }

    [Option("--anchors <N>", "Always observed columns of the oracle benchmark (default 5).", CommandOptionType.SingleValue)]
    public int? Anchors { get; set; }

    [Option("--alpha <A>", "The oracle's intervals cover 1 - A (default 0.05).", CommandOptionType.SingleValue)]
    public double? Alpha { get; set; }

    [Option("--seed <N>", "Seed, as NumPy's default_rng takes it (default 123, the papers').", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 123;

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var kind = Kinds.TryGetValue(Kind, out var known)
            ? known
            : throw new UserInputException($"--kind is '{Kind}'; allowed: {string.Join(", ", Kinds.Keys)}.");
        (string Name, object? Value)[] meaningless = kind == SimulationKind.Oracle
            ? [("data", Data)]
            : [("rows", Rows), ("columns", Columns), ("anchors", Anchors), ("alpha", Alpha)];
        foreach (var (name, _) in meaningless.Where(option => option.Value is not null))
        {
            throw new UserInputException($"--{name} has no meaning for --kind {Kind}; leave it out.");
        }
        var benchmark = new OracleBenchmarkSettings
        {
            Rows = Rows ?? 5000,
            Columns = Columns ?? 50,
            Anchors = Anchors ?? 5,
            MissingRate = Rate ?? (kind == SimulationKind.MnarM2M ? 0.3 : 0.2),
            Seed = Seed,
        };
        terminal.Result(SimulateJob.Run(new SimulateRequest(kind, Out, Data, benchmark, Alpha ?? 0.05), cancellation), summary => summary.ToString());
    }
}
