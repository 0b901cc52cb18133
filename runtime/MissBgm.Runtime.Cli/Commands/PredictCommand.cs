using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Findings;
using MissBgm.Report.Pages.Prediction;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;
using AllowedValues = McMaster.Extensions.CommandLineUtils.AllowedValuesAttribute;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm predict</c>.</summary>
[Command("predict", Description =
    "Predict a table's labels, or its numbers, from a table that has them, with a pretrained PFN-Flow model; missing cells stay as they are.")]
internal sealed class PredictCommand : TableCommandBase
{
    [Required, Option("--model <BUNDLE>", "The pretrained model: a folder or a .zip file, such as models/pfn-nano.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    [Required, Option("--train <CSV>", "The labelled table. Columns of text are taken as categories.", CommandOptionType.SingleValue)]
    public string Train { get; set; } = "";

    [Required, Option(
        "--test <CSV>", "The rows to label, with the same columns in any order; the target may be absent and is not read.",
        CommandOptionType.SingleValue)]
    public string Test { get; set; } = "";

    [Required, Option("--target <COLUMN>", "The label's column.", CommandOptionType.SingleValue)]
    public string Target { get; set; } = "";

    [Required, Option(
        "--out <CSV>",
        "Where to write a line for each test row: a probability for each class, then the likeliest class; of a numeric target mean, sd, lower, upper.",
        CommandOptionType.SingleValue)]
    public string Out { get; set; } = "";

    [Option(
        "--report <HTML>",
        "Where to write a report to look at: probabilities, calibration on the labelled rows by cross-fitting (five predictions "
        + "more), confusion where the test rows' labels are known.",
        CommandOptionType.SingleValue)]
    public string? Report { get; set; }

    [AllowedValues("classes", "number")]
    [Option(
        "--as <KIND>", "What the target is: classes, or a number. If not given, many different numbers that hardly repeat are a number.",
        CommandOptionType.SingleValue)]
    public string? As { get; set; }

    [Range(0.0001, 0.9999)]
    [Option("--alpha <A>", "Of a numeric target: the intervals cover 1 - A (default 0.05).", CommandOptionType.SingleValue)]
    public double? Alpha { get; set; }

    [Option("--ensemble <N>", "Forward passes to average, each with features and classes in another order (default 8).", CommandOptionType.SingleValue)]
    public int Ensemble { get; set; } = new PredictOptions().Ensemble;

    [Option(
        "--context-rows <N>", "Most training rows a pass looks at; from a longer table each pass draws its own (default 4096).",
        CommandOptionType.SingleValue)]
    public int ContextRows { get; set; } = new PredictOptions().MaximumContext;

    [Option("--seed <N>", "Seed of the orders and draws (default 42).", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 42;

    [Option("--device <DEVICE>", "cpu or cuda (default cpu).", CommandOptionType.SingleValue)]
    public ComputeDevice Device { get; set; }

    [Option("--threads <N>", "Passes computed at once (default: the machine's processors); results do not depend on it.", CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    [Option("--id <COLUMNS>", "Columns that name the rows, separated by commas; not used.", CommandOptionType.SingleValue)]
    public string? Ids { get; set; }

    [Option("--ignore <COLUMNS>", "Other columns not to use, separated by commas.", CommandOptionType.SingleValue)]
    public string? Ignored { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        DistinctPaths.Require(("--train", Train), ("--out", Out), ("--report", Report));
        DistinctPaths.Require(("--test", Test), ("--model", Model), ("--out", Out), ("--report", Report));
        var reading = Reading();
        var (train, test) = (TableReader.Read(Train, reading), TableReader.Read(Test, reading));
        if (As == "number" || (As is null && NumberPredictor.IsAmount(train, Target)))
        {
            PredictNumbers(terminal, train, test, cancellation);
            return;
        }

        if (Alpha is not null) throw new UserInputException($"--alpha is of intervals, and '{Target}' is of classes; leave it out, or give --as number.");
        using var model = PfnModel.Load(Model, Device);
        if (model.Note is { } newer) terminal.Note(newer);
        using var outputs = new OutputTransaction();
        var (output, report) = (outputs.Open(Out), Report is null ? null : outputs.Open(Report));
        if (outputs.TakesStandardOutput) terminal.LeaveStandardOutput();
        var options = Options(train);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var prediction = new Predictor(model).Predict(train, test, Target, options, cancellation);
        prediction.Write(output.Stream);
        if (report is not null)
        {
            using var progress = terminal.Progress("predicting labelled rows from the others");
            PredictionPage.Write(
                report.Stream,
                PredictionFindings.Of(
                    model, train, test, Target, options, prediction, CommandLineHost.VersionOf<MissBgmApp>(), progress, cancellation));
        }

        outputs.Commit();
        Print(terminal, train, prediction, clock.Elapsed.TotalSeconds);
    }

    private PredictOptions Options(Table train) => new()
    {
        Ignored = [.. new ColumnDeclarations().With(train, Ids, Ignored).Columns.Keys],
        Ensemble = Ensemble,
        MaximumContext = ContextRows,
        Seed = Seed,
        Threads = Threads ?? Environment.ProcessorCount,
    };

    private void PredictNumbers(Terminal terminal, Table train, Table test, CancellationToken cancellation)
    {
        if (Report is not null) throw new UserInputException($"--report is of classes, and '{Target}' is a number; leave it out, or give --as classes.");
        using var imputer = Imputer.Load(Model, Device);
        if (imputer.Note is { } newer) terminal.Note(newer);
        using var outputs = new OutputTransaction();
        var output = outputs.Open(Out);
        if (outputs.TakesStandardOutput) terminal.LeaveStandardOutput();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var prediction = new NumberPredictor(imputer).Predict(train, test, Target, Options(train), Alpha ?? 0.05, cancellation);
        prediction.Write(output.Stream);
        outputs.Commit();
        Tell(terminal, train, prediction.UnlabelledRows, prediction.Carried, prediction.UnseenCategories);
        terminal.Result(
            new PredictNumbersResult(
                train.Rows - prediction.UnlabelledRows, prediction.Rows, prediction.UnlabelledRows, prediction.UnseenCategories,
                clock.Elapsed.TotalSeconds, Out),
            ResultJson.Default.PredictNumbersResult,
            summary => Terminal.Listing(
                ("training rows", $"{summary.TrainRows}"), ("predicted rows", $"{summary.TestRows}"), ("seconds", $"{summary.Seconds:0.00}"),
                ("predictions", summary.Predictions)));
    }

    private void Tell(
        Terminal terminal, Table train, int unlabelled, IReadOnlyList<CarriedColumn> carried, IReadOnlyDictionary<string, int> unseen)
    {
        if (unlabelled > 0) terminal.Note($"{unlabelled} of {train.Rows} training rows have no label: they were not used.");
        foreach (var note in train.Notes) terminal.Note(note);
        if (carried.Count > 0) terminal.Note($"not used: {CarriedSentence.Listed(carried)}.");
        foreach (var (column, count) in unseen)
        {
            terminal.Warn($"{Test}, column '{column}': {count} cells hold a category that {Train} does not have; they counted as missing.");
        }
    }

    private void Print(Terminal terminal, Table train, Prediction prediction, double seconds)
    {
        Tell(terminal, train, prediction.UnlabelledRows, prediction.Carried, prediction.UnseenCategories);
        if (prediction.PredictedName != "predicted")
        {
            terminal.Note($"a class is called 'predicted', so the last column is called '{prediction.PredictedName}'.");
        }
        terminal.Result(
            new PredictResult(
                train.Rows - prediction.UnlabelledRows, prediction.Rows, prediction.Classes, prediction.UnlabelledRows, prediction.EmptyColumns,
                prediction.UnseenCategories, seconds, Out),
            ResultJson.Default.PredictResult,
            summary => Terminal.Listing(
                ("training rows", $"{summary.TrainRows}"),
                ("predicted rows", $"{summary.TestRows}"),
                ("classes", string.Join(", ", summary.Classes.Take(12)) + (summary.Classes.Count > 12 ? ", ..." : "")),
                ("seconds", $"{summary.Seconds:0.00}"),
                ("probabilities", summary.Probabilities)));
    }
}
