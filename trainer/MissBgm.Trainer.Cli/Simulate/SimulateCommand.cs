using System.Text.Json;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary><c>missbgm-train simulate</c>: makes incomplete tables whose hidden cells are known.</summary>
internal static class SimulateCommand
{
    private const ulong PaperSeed = 123;
    private static readonly Dictionary<string, SimulationKind> _kinds = new()
    {
        ["oracle"] = SimulationKind.Oracle,
        ["real-mnar"] = SimulationKind.RealMnar,
        ["mnar-m2m"] = SimulationKind.MnarM2M,
        ["mcar"] = SimulationKind.Mcar,
    };

    public static void Configure(CommandLineApplication command, IConsole console)
    {
        command.Description = "Makes incomplete tables whose hidden cells are known; with the papers' seed, the papers' own.";
        var kind = command.Option("--kind <NAME>", "oracle: the self-masked Gaussian benchmark and its oracle; real-mnar, mnar-m2m, mcar: hide cells of a complete table.", CommandOptionType.SingleValue)
            .IsRequired();
        var output = command.Option("--out <FOLDER>", "Where the files go; made if it is not there.", CommandOptionType.SingleValue).IsRequired();
        var data = command.Option("--data <FILE>", "The complete table, CSV with a header (not for oracle).", CommandOptionType.SingleValue);
        var rate = command.Option<double>("--rate <NUMBER>", "Share of cells to hide, for oracle that of the target columns; 0.2 if not given, 0.3 for mnar-m2m.", CommandOptionType.SingleValue);
        var rows = command.Option<int>("--rows <NUMBER>", "Rows of the oracle benchmark; 5000 if not given.", CommandOptionType.SingleValue);
        var columns = command.Option<int>("--columns <NUMBER>", "Columns of the oracle benchmark; 50 if not given.", CommandOptionType.SingleValue);
        var anchors = command.Option<int>("--anchors <NUMBER>", "Always observed columns of the oracle benchmark; 5 if not given.", CommandOptionType.SingleValue);
        var alpha = command.Option<double>("--alpha <NUMBER>", "The oracle's intervals cover 1 - alpha; 0.05 if not given.", CommandOptionType.SingleValue);
        var seed = command.Option<ulong>("--seed <NUMBER>", "Seed, as NumPy's default_rng takes it; 123, the papers', if not given.", CommandOptionType.SingleValue);
        var json = command.Option("--json", "The summary as JSON on stdout.", CommandOptionType.NoValue);
        command.OnExecute(() =>
        {
            var chosen = _kinds.TryGetValue(kind.Value()!, out var known)
                ? known
                : throw new UserInputException($"--kind is '{kind.Value()}'; allowed: {string.Join(", ", _kinds.Keys)}.");
            Refuse(chosen == SimulationKind.Oracle ? [data] : [rows, columns, anchors, alpha], kind.Value()!);
            var request = new SimulateRequest(
                chosen,
                output.Value()!,
                data.Value(),
                new OracleBenchmarkSettings
                {
                    Rows = Or(rows, 5000),
                    Columns = Or(columns, 50),
                    Anchors = Or(anchors, 5),
                    MissingRate = Or(rate, chosen == SimulationKind.MnarM2M ? 0.3 : 0.2),
                    Seed = Or(seed, PaperSeed),
                },
                Or(alpha, 0.05));
            var summary = SimulateJob.Run(request);
            console.Out.WriteLine(json.HasValue() ? JsonSerializer.Serialize(summary, Manifest.Json) : summary.ToString());
        });
    }

    private static T Or<T>(CommandOption<T> option, T otherwise) => option.HasValue() ? option.ParsedValue : otherwise;

    private static void Refuse(CommandOption[] options, string kind)
    {
        foreach (var option in options.Where(o => o.HasValue())) throw new UserInputException($"--{option.LongName} has no meaning for --kind {kind}; leave it out.");
    }
}
