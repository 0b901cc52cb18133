using McMaster.Extensions.CommandLineUtils;
using MissBgm.Bench;
using MissBgm.Bench.Reports;
using MissBgm.Bench.Results;
using MissBgm.Bench.Studies;
using MissBgm.Runtime;

var app = new CommandLineApplication
{
    Name = "bench/run",
    Description = "Reproduces a table of the papers or runs a study; runs that are done are kept and not repeated.",
};
app.HelpOption();
var names = string.Join(", ", BenchTable.All.Select(t => t.Name).Concat(Study.All.Select(s => s.Name)));
var tableName = app.Argument<string>("table", $"One of {names}.").IsRequired();
var seeds = app.Option<int>("--seeds <N>", "Runs of each method that draws; 10 as in the paper.", CommandOptionType.SingleValue);
var cells = app.Option<string>("--cells <NAMES>", "Only datasets or cases whose name contains one of these, comma-separated.", CommandOptionType.SingleValue);
var methods = app.Option<string>(
    "--methods <NAMES>", "Only these methods, comma-separated: mean, knn, iterative, mice, missbgm, ...", CommandOptionType.SingleValue);
var again = app.Option("--again", "Repeat runs that are there.", CommandOptionType.NoValue);
var results = app.Option<string>("--results <FOLDER>", "Where runs and reports are kept; bench/results if not given.", CommandOptionType.SingleValue);
var reportOnly = app.Option("--report-only", "Write the reports of what is there; run nothing.", CommandOptionType.NoValue);

app.OnExecute(() =>
{
    var folder = results.HasValue() ? results.ParsedValue : Repository.Path("bench", "results");
    if (Study.All.FirstOrDefault(s => s.Name == tableName.ParsedValue) is { } study)
    {
        var runner = new StudyRunner(study, folder, Console.Error);
        if (!reportOnly.HasValue()) runner.Run(Names(cells), again.HasValue());
        runner.Report();
        return;
    }

    var table = BenchTable.All.FirstOrDefault(t => t.Name == tableName.ParsedValue)
        ?? throw new UserInputException($"There is no table '{tableName.ParsedValue}'; allowed are {names}.");
    RequireKnown(table, Names(cells), Names(methods));
    var store = new RunStore(Path.Combine(folder, "runs.csv"));
    var selection = new RunSelection(seeds.HasValue() ? seeds.ParsedValue : 10, Names(cells), Names(methods), again.HasValue());
    if (!reportOnly.HasValue()) new BenchRunner(store, Console.Error).Run(table, selection, () => WriteReports(folder, table, store));
    WriteReports(folder, table, store);
});

try
{
    return app.Execute(args);
}
catch (MissBgmException exception)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return exception.ExitCode;
}
catch (CommandParsingException exception)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 2;
}

static string[] Names(CommandOption<string> option) =>
    option.HasValue() ? option.ParsedValue.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];

static void RequireKnown(BenchTable table, string[] cells, string[] methods)
{
    var known = table.Imputers.Select(i => i.Name).ToArray();
    if (methods.FirstOrDefault(m => !known.Contains(m)) is { } method)
    {
        throw new UserInputException($"{table.Name} has no method '{method}'; allowed are {string.Join(", ", known)}.");
    }
    var cell = cells.FirstOrDefault(c => !table.Datasets.Any(d => d.Name.Contains(c, StringComparison.Ordinal)));
    if (cell is not null)
    {
        throw new UserInputException(
            $"{table.Name} has no dataset with '{cell}' in its name; there are {string.Join(", ", table.Datasets.Select(d => d.Name))}.");
    }
}

static void WriteReports(string folder, BenchTable table, RunStore store)
{
    var figures = MethodFigures.Of(table, store);
    if (figures.Count == 0) return;
    File.WriteAllText(Path.Combine(folder, table.Name + ".csv"), CsvReport.Write(figures));
    File.WriteAllText(Path.Combine(folder, table.Name + ".md"), MarkdownReport.Write(table, figures, store));
    File.WriteAllText(Path.Combine(folder, table.Name + ".svg"), TablePlot.Draw(table, figures));
}
