using System.Globalization;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Sensitivity;
using MissBgm.Runtime.Tables;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm sensitivity</c>.</summary>
[Command("sensitivity", Description = "See how estimates move with why values are missing, which no data can tell, and where a conclusion tips.")]
internal sealed class SensitivityCommand : ImputingCommand
{
    private const int ShownColumns = 6;

    [Option(
        "--parameter <NAME>",
        "rho: the correlation between a value and its being observed, moved from the fitted one (default for self and selection); "
        + "delta: observed standard deviations added to every imputed value (default elsewhere).",
        CommandOptionType.SingleValue)]
    public SensitivityParameter? Parameter { get; set; }

    [Option(
        "--columns <NAMES>", "Columns whose parameter is moved, separated by commas (default: all of numbers that have missing cells).",
        CommandOptionType.SingleValue)]
    public string? Columns { get; set; }

    [Option(
        "--values <NUMBERS>",
        "How far the parameter is moved, separated by commas; 0, as fitted, is always included (default: -1 to 1 by 0.25).",
        CommandOptionType.SingleValue)]
    public string? Values { get; set; }

    [Option(
        "--statistic <TEXT>",
        "A statistic to follow: mean(x), sd(x), median(x), quantile(x, 0.9) or share(x, 3.2), with '| group = value' before the "
        + "bracket for some rows only; or a difference of two.",
        CommandOptionType.SingleValue)]
    public string? Statistic { get; set; }

    [Option(
        "--conclusion <TEXT>", "What is concluded of the statistic, such as \"> 3.2\": the values at which it tips are reported.",
        CommandOptionType.SingleValue)]
    public string? Conclusion { get; set; }

    [Option("--whole-interval", "The conclusion holds only where the statistic's whole interval is on its side.", CommandOptionType.NoValue)]
    public bool WholeInterval { get; set; }

    [Option("--multiple <M>", "Completed tables that estimates are pooled over (default 20).", CommandOptionType.SingleValue)]
    public int Multiple { get; set; } = 20;

    [Option(
        "--out <CSV>", "Where to write a line for each value and quantity: parameter,value,quantity,estimate,lower,upper,holds.",
        CommandOptionType.SingleValue)]
    public string? Out { get; set; }

    [Option("--svg <SVG>", "Where to draw the statistic, or the columns' means, against the parameter.", CommandOptionType.SingleValue)]
    public string? Svg { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var options = Asked();
        DistinctPaths.Require(("--data", Data), ("--model", Model), ("--out", Out), ("--svg", Svg));
        using var imputer = Imputer.Load(Model, Device);
        if (imputer.Note is { } newer) terminal.Note(newer);
        var table = TableReader.Read(Data, Reading(imputer.Reading));
        options = options with { Impute = Options(imputer, table) };
        using var outputs = new OutputTransaction();
        var csv = Out is null ? null : outputs.Open(Out);
        var svg = Svg is null ? null : outputs.Open(Svg);
        if (outputs.TakesStandardOutput) terminal.LeaveStandardOutput();
        SensitivityResult result;
        using (var progress = terminal.Progress("imputing")) result = SensitivityAnalysis.Run(imputer, table, options, progress, cancellation);
        if (csv is not null) result.Write(csv.Stream);
        svg?.Stream.Write(System.Text.Encoding.UTF8.GetBytes(SvgWriter.Document(SensitivityPicture.Draw(SensitivityCurve.Of(result)))));
        outputs.Commit();
        foreach (var note in result.Notes) terminal.Note(note);
        if (result.Verdict() is { } verdict) terminal.Note(verdict);
        terminal.Result(result, ResultJson.Default.SensitivityResult, Format);
    }

    // What can be told to be wrong before the model is read.
    private SensitivityOptions Asked()
    {
        var options = new SensitivityOptions
        {
            Parameter = Parameter,
            Columns = Columns?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Statistic = Statistic is null ? null : Sensitivity.Statistic.Parse(Statistic),
            Conclusion = Conclusion is null ? null : Sensitivity.Conclusion.Parse(Conclusion),
            WholeInterval = WholeInterval,
            Imputations = Multiple,
        };
        if (WholeInterval && Conclusion is null) throw new UserInputException("--whole-interval is about a conclusion; give --conclusion.");
        return Values is null ? options : options with { Values = Array.ConvertAll(Values.Split(','), Number) };
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new UserInputException($"--values: '{text}' is not a number; give numbers separated by commas, such as -0.5,0,0.5.");

    private static Spectre.Console.Table Format(SensitivityResult result)
    {
        var name = result.Parameter.ToString().ToLowerInvariant();
        var shown = result.Columns.Take(ShownColumns).ToArray();
        var table = new Spectre.Console.Table().Border(TableBorder.Simple)
            .Title($"{name} moved from its fitted value in {Markup.Escape(string.Join(", ", result.Columns))}");
        table.AddColumns([name, .. shown.Select(column => Markup.Escape($"mean({column})"))]);
        if (result.Fitted.Statistic is { } statistic) table.AddColumns(Markup.Escape(statistic.Quantity), "interval", "conclusion");
        if (shown.Length < result.Columns.Count) table.Caption($"and {result.Columns.Count - shown.Length} columns more in --out");
        foreach (var point in result.Points)
        {
            var means = shown.Select(column => $"{point.Columns.First(c => c.Quantity == $"mean({column})").Estimate:G5}");
            string[] followed = point.Statistic is { } s
                ?
                [
                    $"{s.Estimate:G5}", double.IsNaN(s.Lower) ? "" : $"{s.Lower:G4} to {s.Upper:G4}",
                    point.Holds is { } h ? (h ? "holds" : "fails") : "",
                ]
                : [];
            table.AddRow([$"{point.Value:0.###}", .. means, .. followed]);
        }

        return table;
    }
}
