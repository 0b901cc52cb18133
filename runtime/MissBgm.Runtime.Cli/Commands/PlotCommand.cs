using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm plot</c>.</summary>
[Command("plot", Description = "Draw a picture of a report by itself, as SVG or PNG.")]
internal sealed class PlotCommand : TableCommandBase
{
    private const int PicturesInRow = 3;

    [AllowedValues("missing", "correlation", "distribution", "convergence", "trace", "uncertain", "evidence", "sensitivity")]
    [Option(
        "--kind <KIND>",
        "missing: patterns of missing cells; correlation: of their masks (both need --data alone); distribution: observed and "
        + "imputed values; convergence: R-hat and effective draws; trace: the draws of the worst cell; uncertain: the most uncertain "
        + "cells; evidence: what masks follow (--model alone); sensitivity (--sensitivity alone). Default distribution.",
        CommandOptionType.SingleValue)]
    public string Kind { get; set; } = "distribution";

    [Option("--out <FILE>", "Where to write it: a name ending in .svg or .png.", CommandOptionType.SingleValue)]
    public string Out { get; set; } = "plot.svg";

    [Option("--model <BUNDLE>", "The model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string? Model { get; set; }

    [Option("--data <CSV>", "The incomplete table.", CommandOptionType.SingleValue)]
    public string? Data { get; set; }

    [Option(
        "--columns <NAMES>",
        "With distribution: the columns, separated by commas (default: all with imputed cells, at most 12); of several there is an "
        + "SVG alone.",
        CommandOptionType.SingleValue)]
    public string? Columns { get; set; }

    [Option("--sensitivity <CSV>", "With sensitivity: what missbgm sensitivity --out wrote.", CommandOptionType.SingleValue)]
    public string? Sensitivity { get; set; }

    [Option("--draws <N>", "Retained draws of each chain (default: as stored with the model).", CommandOptionType.SingleValue)]
    public int? Draws { get; set; }

    [Option("--seed <N>", "Seed of the draws (default 42).", CommandOptionType.SingleValue)]
    public ulong Seed { get; set; } = 42;

    [Option("--threads <N>", "Chunks of rows computed at once (default: the machine's processors).", CommandOptionType.SingleValue)]
    public int? Threads { get; set; }

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        var png = Path.GetExtension(Out).ToLowerInvariant() switch
        {
            ".png" => true,
            ".svg" => false,
            var other => throw new UserInputException($"--out is {Out}, and pictures end in .svg or .png{(other.Length > 0 ? $", not {other}" : "")}."),
        };
        if (Columns is not null && Kind != "distribution") throw new UserInputException($"--columns is of distributions; leave it out with --kind {Kind}.");
        DistinctPaths.Require(("--data", Data), ("--model", Model), ("--sensitivity", Sensitivity), ("--out", Out));
        using var output = new OutputFile(Out);
        var charts = Charts(terminal, cancellation);
        if (png && charts.Count > 1)
        {
            throw new UserInputException(
                $"A PNG holds one picture, and there are {charts.Count} columns "
                + $"({string.Join(", ", charts.Select(chart => chart.Title))}); name one with --columns, or write an .svg.");
        }
        if (png)
        {
            PngWriter.Write(output.Stream, charts[0]);
        }
        else
        {
            var svg = SvgWriter.Document([.. charts.Chunk(PicturesInRow)], "Observed (blue) and imputed (orange) values");
            output.Stream.Write(System.Text.Encoding.UTF8.GetBytes(svg));
        }

        output.Commit();
        terminal.Result(new PlotResult(Out), ResultJson.Default.PlotResult, written => written.Written);
    }

    private IReadOnlyList<Chart> Charts(Terminal terminal, CancellationToken cancellation)
    {
        switch (Kind)
        {
            case "missing" or "correlation":
                var table = TableReader.Read(Required(Data, "--data"), Reading());
                if (table.MissingCells == 0) throw new UserInputException($"{Data} has no missing cell, so there is nothing to draw.");
                return [Kind == "missing" ? MissingPicture.Patterns(table) : MissingPicture.Correlation(table)];
            case "sensitivity":
                return [SensitivityPicture.Draw(SensitivityCurve.Read(TableReader.Read(Required(Sensitivity, "--sensitivity"))))];
            case "evidence":
                using (var imputer = Imputer.Load(Required(Model, "--model")))
                {
                    return
                    [
                        EvidencePicture.Draw(imputer.Bundle?.Manifest.Evidence, legend: true)
                            ?? throw new UserInputException(
                                $"{Model} holds no evidence of what masks follow: it was fitted with mechanism paper, to a table "
                                + "of too few missing cells, or is pretrained."),
                    ];
                }

            default:
                var findings = Impute(terminal, cancellation);
                return Kind switch
                {
                    "convergence" => [ConvergencePicture.Cells(findings)],
                    "trace" => [ConvergencePicture.Trace(findings)],
                    "uncertain" => [UncertainPicture.Draw(findings)],
                    _ => DistributionPicture.DrawAll(findings, Columns?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
                };
        }
    }

    private ImputationFindings Impute(Terminal terminal, CancellationToken cancellation)
    {
        using var imputer = Imputer.Load(Required(Model, "--model"));
        if (imputer.Note is { } newer) terminal.Note(newer);
        var table = TableReader.Read(Required(Data, "--data"), Reading(imputer.Reading));
        var draws = new ReportDraws();
        var options = new ImputeOptions
        {
            Inference = imputer.Inference with { Draws = Draws ?? imputer.Inference.Draws },
            Seed = Seed,
            Threads = Threads ?? Environment.ProcessorCount,
            DrawSinks = [draws],
        };
        using var progress = terminal.Progress("imputing");
        return new ImputationFindings(imputer, imputer.Impute(table, options, progress, cancellation), draws, options)
        {
            ToolVersion = CommandLineHost.VersionOf<MissBgmApp>(),
        };
    }

    private string Required(string? value, string option) => value ?? throw new UserInputException($"--kind {Kind} needs {option}.");
}
