using System.Diagnostics;
using System.Text.Json;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Trainer.Pfn;
using TorchSharp;

namespace MissBgm.Trainer.Cli.Pfn;

/// <summary><c>missbgm-train pretrain</c>: pretrains a PFN-Flow network on tasks from the prior and writes the bundle.</summary>
internal static class PretrainCommand
{
    public static void Configure(CommandLineApplication command, IConsole console, CancellationToken cancel)
    {
        command.Description = "Pretrains PFN-Flow on synthetic tasks; writes the bundle from the averaged weights. Stops cleanly at any time and resumes to the same weights.";
        var config = command.Option("--config <FILE>", "The configuration, YAML, such as configs/pfn-nano.yaml.", CommandOptionType.SingleValue).IsRequired();
        var output = command.Option("--out <PATH>", "Where the bundle goes: a folder, or a file ending in .zip.", CommandOptionType.SingleValue).IsRequired();
        var run = command.Option("--run <FOLDER>", "Where the checkpoint and the loss curves live; OUT.run if not given.", CommandOptionType.SingleValue);
        var resume = command.Option("--resume", "Continue from the run's checkpoint.", CommandOptionType.NoValue);
        var startFrom = command.Option("--start-from <BUNDLE>", "Begin with a bundle's weights, such as models/pfn-small, in place of drawn ones; steps and schedule begin at 0.", CommandOptionType.SingleValue);
        var minutes = command.Option<double>("--minutes <NUMBER>", "Stop after so many minutes.", CommandOptionType.SingleValue);
        var device = command.Option("--device <NAME>", "cpu (default) or cuda.", CommandOptionType.SingleValue).Accepts(validate => validate.Values("cpu", "cuda"));
        var threads = command.Option<int>("--threads <NUMBER>", "CPU threads; the library's default if not given. Sums may round differently with another number.", CommandOptionType.SingleValue)
            .Accepts(validate => validate.Range(1, 1024));
        var quiet = command.Option("--quiet", "No progress on stderr.", CommandOptionType.NoValue);
        var json = command.Option("--json", "The summary as JSON on stdout.", CommandOptionType.NoValue);
        command.OnExecute(() =>
        {
            if (minutes.HasValue() && !(minutes.ParsedValue > 0)) throw new UserInputException($"--minutes is {minutes.Value()}; allowed is a number above 0.");
            if (resume.HasValue() && startFrom.HasValue()) throw new UserInputException("--resume goes on from the run's own checkpoint, --start-from begins a new run; leave one of them out.");
            var folder = run.Value() ?? $"{Path.TrimEndingDirectorySeparator(output.Value()!)}.run";
            var settings = PretrainConfigReader.Read(config.Value()!);
            TimeSpan? limit = minutes.HasValue() ? TimeSpan.FromMinutes(minutes.ParsedValue) : null;
            using (var pretraining = new Pretraining(settings, folder, resume.HasValue(), device.Value() ?? "cpu", startFrom.Value()))
            {
                if (threads.HasValue()) torch.set_num_threads(threads.ParsedValue);
                pretraining.Run(limit, quiet.HasValue() ? _ => { } : Progress(console), quiet.HasValue() ? _ => { } : record => Report(console, record), cancel);
            }

            var manifest = PfnExport.Write(folder, output.Value()!);
            console.Out.WriteLine(json.HasValue() ? JsonSerializer.Serialize(manifest.Training, Manifest.Json) : Summary(manifest, output.Value()!));
            cancel.ThrowIfCancellationRequested();
        });
    }

    // A line at most every ten seconds.
    private static Action<PretrainProgress> Progress(IConsole console)
    {
        var clock = Stopwatch.StartNew();
        var next = TimeSpan.Zero;
        return progress =>
        {
            if (clock.Elapsed < next) return;
            next = clock.Elapsed + TimeSpan.FromSeconds(10);
            console.Error.WriteLine(
                $"step {progress.Step} of {progress.Steps}, {progress.Tasks} tasks, {progress.TasksPerSecond:0.0} tasks/s (prior {progress.PriorShare:P0}), class {progress.Class:0.000}, flow {progress.Flow:0.000}, distillation {progress.Distillation:0.0000}");
        };
    }

    private static void Report(IConsole console, EvaluationRecord record)
    {
        console.Error.WriteLine($"fixed tasks after {record.Tasks} tasks: class {record.Class:0.0000}, flow {record.Flow:0.0000}, distillation {record.Distillation:0.0000}");
        foreach (var scores in record.Tables) console.Error.WriteLine($"  {scores}");
    }

    private static string Summary(PfnManifest manifest, string output) =>
        $"{output}: {manifest.Training.Steps} steps, {manifest.Training.Tasks} tasks, {manifest.Training.Seconds / 60:0.0} minutes; on the fixed tasks "
        + string.Join(", ", manifest.Training.Losses.Select(loss => $"{loss.Key} {loss.Value:0.0000}"));
}
