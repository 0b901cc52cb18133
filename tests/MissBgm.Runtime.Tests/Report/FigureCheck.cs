using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Report;

/// <summary>Looks each number of a report up where the report says it is from: in the table, in the files that impute writes, in the manifest.</summary>
internal sealed class FigureCheck
{
    private const double Rounded = 1e-4;
    private readonly Table _data;
    private readonly Table? _cells;
    private readonly JsonNode _manifest;
    private readonly JsonNode _run;
    private readonly Table? _sensitivity;
    private readonly string _dataPath;

    /// <param name="data">The incomplete table's file.</param>
    /// <param name="cells">What impute --intervals wrote; null where nothing was missing.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="run">What impute --json printed.</param>
    /// <param name="sensitivity">What sensitivity --out wrote; null for none.</param>
    internal FigureCheck(string data, string? cells, string model, string run, string? sensitivity = null)
    {
        (_dataPath, _data, _cells) = (data, TableReader.Read(data), cells is null ? null : TableReader.Read(cells));
        _manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "manifest.json")))!;
        _run = JsonNode.Parse(run)!;
        _sensitivity = sensitivity is null ? null : TableReader.Read(sensitivity);
    }

    /// <summary>Settings that the command line gave, by name.</summary>
    internal Dictionary<string, double> Settings { get; } = [];

    /// <summary>Asserts that a number is what its source has, and that what is shown is the number.</summary>
    internal void Assert(ReportFigure figure)
    {
        var expected = Expected(figure);
        var same = double.TryParse(expected, CultureInfo.InvariantCulture, out var number)
            && double.TryParse(figure.Value, CultureInfo.InvariantCulture, out var value)
            ? Math.Abs(number - value) <= Tolerance(figure) * Math.Max(1e-3, Math.Abs(number))
            : expected == figure.Value;
        Xunit.Assert.True(same, $"{figure}: the source says {expected}");
        Xunit.Assert.True(Shows(figure), $"{figure} is shown otherwise than it is");
    }

    // What is summed up from rounded fields of the file of cells is as exact as these.
    private static double Tolerance(ReportFigure figure) =>
        figure.Source.StartsWith("imputed:", StringComparison.Ordinal) || figure.Source == "cells:uncertainty" ? 20 * Rounded : 1e-12;

    private string Expected(ReportFigure figure)
    {
        var parts = figure.Source.Split(':', 2);
        return parts[0] switch
        {
            "table" => Text(OfTable(parts[1], figure)),
            "imputed" => Text(OfImputed(parts[1], figure)),
            "cells" => OfCells(parts[1], figure),
            "manifest" => At(_manifest, parts[1]),
            "run" => At(_run, parts[1]),
            "settings" => Text(Settings[parts[1]]),
            "hash" => parts[1] == "table"
                ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_dataPath)))
                : _manifest["files"]![parts[1]["file:".Length..]]!.GetValue<string>(),
            "sensitivity" => _sensitivity!.Text(
                Enumerable.Range(0, _sensitivity.Rows)
                    .Last(row => _sensitivity.Text(row, 2) == figure.Column && _sensitivity.Number(row, 1) == double.Parse(figure.Row)),
                _sensitivity.Header.ToList().IndexOf(parts[1])),
            _ => throw new InvalidOperationException($"{figure}: there is no such source"),
        };
    }

    private double OfTable(string what, ReportFigure figure)
    {
        bool[] Mask(string name) => [.. Enumerable.Range(0, _data.Rows).Select(row => _data.IsMissing(row, Column(name)))];
        double[] Values() =>
            [
                .. Enumerable.Range(0, _data.Rows).Where(row => !_data.IsMissing(row, Column(figure.Column)))
                    .Select(row => _data.Number(row, Column(figure.Column))),
            ];
        string[] Texts() =>
            [
                .. Enumerable.Range(0, _data.Rows).Where(row => !_data.IsMissing(row, Column(figure.Column)))
                    .Select(row => _data.Text(row, Column(figure.Column))),
            ];
        switch (what)
        {
            case "rows": return _data.Rows;
            case "columns": return _data.Columns;
            case "missing_cells": return _data.MissingCells;
            case "missing_share": return _data.MissingCells / (double)(_data.Rows * _data.Columns);
            case "incomplete_rows": return Enumerable.Range(0, _data.Rows).Count(row => Enumerable.Range(0, _data.Columns).Any(c => _data.IsMissing(row, c)));
            case "observed": return Mask(figure.Column).Count(m => !m);
            case "missing": return Mask(figure.Column).Count(m => m);
            case "share": return Mask(figure.Column).Average(m => m ? 1.0 : 0);
            case "mean": return Values().Average();
            case "sd": return Deviation(Values());
            case "minimum": return Values().Min();
            case "maximum": return Values().Max();
            case "level_share": return Texts().Average(text => text == figure.Row ? 1.0 : 0);
            case "mask_correlation":
                var (a, b) = (Mask(figure.Column).Select(m => m ? 1.0 : 0).ToArray(), Mask(figure.Row).Select(m => m ? 1.0 : 0).ToArray());
                var (p, q) = (a.Average(), b.Average());
                return a.Zip(b, (x, y) => (x - p) * (y - q)).Average() / Math.Sqrt(p * (1 - p) * q * (1 - q));
            default: throw new InvalidOperationException($"{figure}: there is no such number of a table");
        }
    }

    private double OfImputed(string what, ReportFigure figure)
    {
        var rows = Enumerable.Range(0, _cells!.Rows).Where(row => _cells.Text(row, 1) == figure.Column).ToArray();
        double[] Field(string name) => Array.ConvertAll(rows, row => _cells.Number(row, Field0(name)));
        var observed = figure with { Source = "" };
        switch (what)
        {
            case "cells": return rows.Length;
            case "mean": return Field("mean").Average();
            case "sd":
                return Math.Sqrt(
                Field("sd").Average(sd => sd * sd)
                    + Field("mean").Average(m => (m - Field("mean").Average()) * (m - Field("mean").Average())));
            case "shift": return Math.Abs(Field("mean").Average() - OfTable("mean", observed)) / OfTable("sd", observed);
            case "level_share": return rows.Average(row => Probability(row, figure.Row));
            default: throw new InvalidOperationException($"{figure}: there is no such number of imputed cells");
        }
    }

    private string OfCells(string what, ReportFigure figure)
    {
        if (what == "count") return $"{_cells?.Rows ?? 0}";
        if (what == "columns") return $"{(_cells is null ? 0 : Enumerable.Range(0, _cells.Rows).Select(row => _cells.Text(row, 1)).Distinct().Count())}";
        var line = Enumerable.Range(0, _cells!.Rows).Single(row => _cells.Text(row, 0) == figure.Row && _cells.Text(row, 1) == figure.Column);
        if (what != "uncertainty") return _cells.Text(line, Field0(what));
        if (_cells.Header.Contains("probabilities") && !_cells.IsMissing(line, Field0("probabilities")))
        {
            return Text(1 - Shares(line).Max(share => share.Value));
        }
        var scale = _manifest["columns"]?.AsArray().Single(c => c!["name"]!.GetValue<string>() == figure.Column)!["scale"]!.GetValue<double>() ?? double.NaN;
        return Text(_cells.Number(line, Field0("sd")) / scale);
    }

    private double Probability(int line, string level) => Shares(line)[level];

    private Dictionary<string, double> Shares(int line) => _cells!.Text(line, Field0("probabilities")).Split(';')
        .Select(share => share.Split('='))
        .ToDictionary(share => share[0], share => double.Parse(share[1]));

    private int Field0(string name) => _cells!.Header.ToList().IndexOf(name);

    private int Column(string name) => _data.Header.ToList().IndexOf(name);

    private static string At(JsonNode node, string path)
    {
        var at = path.Split('.').Aggregate(node, (at, name) => at is JsonArray list ? list[int.Parse(name)]! : at[name]!);
        return at.ToJsonString().Trim('"');
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Sum(x => (x - values.Average()) * (x - values.Average())) / (values.Length - 1));

    private static string Text(double value) => value.ToString("R");

    // Shown with fewer digits: as many as the text has, the last rounded.
    private static bool Shows(ReportFigure figure)
    {
        var percent = figure.Text.EndsWith(" %", StringComparison.Ordinal);
        var text = figure.Text.Replace(" %", "", StringComparison.Ordinal);
        const NumberStyles Style = NumberStyles.Float | NumberStyles.AllowThousands;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var shown)) return figure.Text == figure.Value;
        var value = double.Parse(figure.Value) * (percent ? 100 : 1);
        var digits = figure.Text.Split('.') is [_, var after] && !figure.Text.Contains('E', StringComparison.Ordinal) ? after.Count(char.IsAsciiDigit) : 0;
        return Math.Abs(shown - value) <= Math.Max(0.5001 * Math.Pow(10, -digits), 5.1e-4 * Math.Abs(value));
    }
}
