using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using AllowedValues = McMaster.Extensions.CommandLineUtils.AllowedValuesAttribute;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary><c>missbgm-train fit</c>: fits MissBGM to an incomplete table and writes the bundle.</summary>
[Command("fit", Description = "Fits MissBGM to an incomplete table and writes the model as a bundle.")]
internal sealed class FitCommand : TableCommandBase
{
    private string? _checkpoint;
    private string? _model;
    private bool _isUnderWay;

    [Required, Option("--data <FILE>", "The incomplete table, CSV with a header.", CommandOptionType.SingleValue)]
    public string Data { get; set; } = "";

    [Required, Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--config <FILE>", "Hyper-parameters, YAML; keys that are left out keep their defaults.", CommandOptionType.SingleValue)]
    public string? Config { get; set; }

    [Option(
        "--mechanism <NAME>", $"How missingness is modelled: {FitConfig.MechanismChoices} (default: as in --config, and auto without).",
        CommandOptionType.SingleValue)]
    public string? Mechanism { get; set; }

    [Option("--seed <N>", "Seed of all random numbers (default 42).", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 42;

    [AllowedValues("cpu", "cuda")]
    [Option("--device <DEVICE>", "Where to compute (default cpu).", CommandOptionType.SingleValue)]
    public string Device { get; set; } = "cpu";

    [Option("--report <HTML>", "Where to write a report to look at, of the fit and of the table as the model imputes it.", CommandOptionType.SingleValue)]
    public string? Report { get; set; }

    [Option("--resume", "Continue an interrupted fit from its checkpoint.", CommandOptionType.NoValue)]
    public bool Resume { get; set; }

    [Option(
        "--sample-rows <N>", "Fit to N rows drawn at random (by --seed), for tables beyond this machine's memory; all rows can be imputed after that.",
        CommandOptionType.SingleValue)]
    public int? SampleRows { get; set; }

    [Option("--id <COLUMNS>", "Columns that name the rows, separated by commas; carried through untouched.", CommandOptionType.SingleValue)]
    public string? Ids { get; set; }

    [Option("--ignore <COLUMNS>", "Other columns to carry through untouched, separated by commas.", CommandOptionType.SingleValue)]
    public string? Ignored { get; set; }

    [Option(
        "--keep-empty <RULE>",
        "Cells that must stay empty when the model imputes: a column, or \"column | other = value and age < 18\"; may be given "
        + "several times.",
        CommandOptionType.MultipleValue)]
    public string[] KeepEmpty { get; set; } = [];

    [Option(
        "--dry-run", "Fit nothing and write nothing: say what each column would be, which cells are missing, and about how long the fit takes.",
        CommandOptionType.NoValue)]
    public bool DryRun { get; set; }

    protected override string LeftBehind => File.Exists(_checkpoint)
        ? $"the fit so far is kept in {_checkpoint}: the same command with --resume continues it"
        : _model is not null ? $"the model is in {_model}, and no report was written"
        : base.LeftBehind;

    // Until the first batch is done there is nothing to keep.
    protected override bool EndsInItsOwnTime => _checkpoint is not null && _isUnderWay;

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var settings = Config is { } path
            ? FitConfigReader.Read(path, Mechanism, terminal.Note)
            : new FitConfig { Mechanism = Mechanism ?? new FitConfig().Mechanism };
        var request = new FitRequest(Data, Out, settings, Reading(), Ids, Ignored, [.. KeepEmpty.Select(KeepEmptyRule.Parse)], Seed, Device, Resume, Report)
        {
            SampleRows = SampleRows,
        };
        if (settings.IsPaper) _checkpoint = request.CheckpointPath;
        using var messages = new FitMessages(terminal, model => _model = model, () => _isUnderWay = true);
        if (DryRun)
        {
            var plan = FitJob.Plan(request, messages);
            terminal.Result(plan, made => made.ColumnTable());
            if (!Json) terminal.Result(plan, made => made.Overview());
            return;
        }

        terminal.Result(FitJob.Run(request, messages, cancellation), summary => summary.ToString());
    }
}
