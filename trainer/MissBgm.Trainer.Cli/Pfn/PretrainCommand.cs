using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Trainer.Pfn;
using TorchSharp;
using AllowedValues = McMaster.Extensions.CommandLineUtils.AllowedValuesAttribute;

namespace MissBgm.Trainer.Cli.Pfn;

/// <summary><c>missbgm-train pretrain</c>: pretrains a PFN-Flow network on tasks from the prior and writes the bundle.</summary>
[Command(
    "pretrain",
    Description =
        "Pretrains PFN-Flow on synthetic tasks; writes the bundle from the averaged weights. Stops cleanly at any time and resumes "
        + "to the same weights.")]
internal sealed class PretrainCommand : CommandBase
{
    private bool _isTraining;

    [Required, Option("--config <FILE>", "The configuration, YAML, such as configs/pfn-nano.yaml.", CommandOptionType.SingleValue)]
    public string Config { get; set; } = "";

    [Required, Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option("--run <FOLDER>", "Where the checkpoint and the loss curves live (default: OUT.run).", CommandOptionType.SingleValue)]
    public string? RunFolder { get; set; }

    [Option("--resume", "Continue from the run's checkpoint.", CommandOptionType.NoValue)]
    public bool Resume { get; set; }

    [Option(
        "--start-from <BUNDLE>",
        "Begin with a bundle's weights, such as models/pfn-small, in place of drawn ones; steps and schedule begin at 0.",
        CommandOptionType.SingleValue)]
    public string? StartFrom { get; set; }

    [Option("--minutes <NUMBER>", "Stop after so many minutes, and write the model; with --resume, 0 writes the model so far.", CommandOptionType.SingleValue)]
    public double? Minutes { get; set; }

    [Option(
        "--processor-minutes <NUMBER>",
        "Stop once the steps have taken so many minutes of processor time, those of resumed sessions included and evaluations left out.",
        CommandOptionType.SingleValue)]
    public double? ProcessorMinutes { get; set; }

    [AllowedValues("cpu", "cuda")]
    [Option("--device <DEVICE>", "Where to compute (default cpu).", CommandOptionType.SingleValue)]
    public string Device { get; set; } = "cpu";

    [Range(1, 1024)]
    [Option("--threads <N>", "CPU threads (default: libtorch's own). Sums may round differently with another number.", CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    protected override string LeftBehind => !Pretraining.HasCheckpoint(Folder) ? "it had not come to its first checkpoint, so nothing was written"
        : $"the training so far is kept in {Folder}; the same command with --resume continues it, and with --minutes 0 besides writes the model so far";

    // The step under way is finished, however large, and kept; before and after there is nothing that a checkpoint does not hold.
    protected override bool EndsInItsOwnTime => _isTraining;

    private string Folder => RunFolder ?? $"{Path.TrimEndingDirectorySeparator(Out)}.run";

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        if (Minutes is { } given && !(given > 0 || (given == 0 && Resume)))
        {
            throw new UserInputException($"--minutes is {given}; allowed is a number above 0, and with --resume 0.");
        }

        if (ProcessorMinutes is { } budget && !(budget > 0))
        {
            throw new UserInputException($"--processor-minutes is {budget}; allowed is a number above 0.");
        }

        if (Resume && StartFrom is not null)
        {
            throw new UserInputException(
                "--resume goes on from the run's own checkpoint, --start-from begins a new run; leave one of them out.");
        }
        var settings = PretrainConfigReader.Read(Config, terminal.Note);
        var limit = Time(Minutes);
        using (var pretraining = new Pretraining(settings, Folder, Resume, Device, StartFrom))
        using (var line = terminal.Progress("pretraining"))
        {
            if (Threads is { } threads) torch.set_num_threads(threads);
            _isTraining = true;
            pretraining.Run(limit, Progress(line, limit), record => Report(terminal, record), cancellation, Time(ProcessorMinutes));
            _isTraining = false;
        }

        // Whoever stops the training does not wait for the model, which is measured before it is written.
        cancellation.ThrowIfCancellationRequested();
        var manifest = PfnExport.Write(Folder, Out, cancellation);
        terminal.Result(manifest.Training, _ => Summary(manifest, Out));
    }

    private static TimeSpan? Time(double? minutes) => minutes is { } given ? TimeSpan.FromMinutes(given) : null;

    // The time left is that of the steps, or of the minutes where those end first.
    private static Action<PretrainProgress> Progress(ProgressLine line, TimeSpan? limit)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long? first = null;
        return progress =>
        {
            first ??= progress.Step - 1;
            var left = clock.Elapsed * ((progress.Steps - progress.Step) / (double)(progress.Step - first.Value));
            if (limit - clock.Elapsed is { } rest && rest < left) left = rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
            line.Report(
                $"step {progress.Step} of {progress.Steps}, {progress.Tasks} tasks, {progress.TasksPerSecond:0.0} tasks/s (prior {progress.PriorShare:P0}), "
                + $"class {progress.Class:0.000}, flow {progress.Flow:0.000}, distillation {progress.Distillation:0.0000}"
                    + (progress.Cell == 0 ? "" : $", cells {progress.Cell:0.000}"),
                left);
        };
    }

    private static void Report(Terminal terminal, EvaluationRecord record)
    {
        terminal.Note(
            $"fixed tasks after {record.Tasks} tasks: class {record.Class:0.0000}, flow {record.Flow:0.0000}, distillation "
            + $"{record.Distillation:0.0000}, {(record.Cell == 0 ? "" : $"cells {record.Cell:0.0000}, ")}error of missing cells {record.CellError:0.0000}");
        foreach (var scores in record.Tables) terminal.Note(scores.ToString());
    }

    private static string Summary(PfnManifest manifest, string output) =>
        $"{output}: {manifest.Training.Steps} steps, {manifest.Training.Tasks} tasks, {manifest.Training.Seconds / 60:0.0} minutes; on the fixed tasks "
        + string.Join(", ", manifest.Training.Losses.Select(loss => $"{loss.Key} {loss.Value:0.0000}"));
}
