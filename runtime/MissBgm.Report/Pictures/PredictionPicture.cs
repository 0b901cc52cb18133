using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using OxyPlot;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>Pictures of predicted labels.</summary>
internal static class PredictionPicture
{
    private const int MostClasses = 20;

    /// <summary>How sure the predictions are: the probabilities of the likeliest classes.</summary>
    internal static Chart Confidence(PredictionFindings findings)
    {
        double[] values = [.. Enumerable.Range(0, findings.Prediction.Rows).Select(findings.Confidence)];
        var chart = new Chart(
            "How sure the predictions are",
            $"Probabilities of the likeliest class of {values.Length} rows; the median is "
            + $"{values.Order().ElementAt(values.Length / 2):0.00}.",
            420, 220);
        const int Bins = 20;
        var counts = new int[Bins];
        foreach (var value in values) counts[Math.Min(Bins - 1, (int)(value * Bins))]++;
        chart.Numbers(AxisPosition.Bottom, "probability of the likeliest class", 0, 1);
        chart.Numbers(AxisPosition.Left, null, 0, 1.05 * counts.Max(), grid: true).MinimumMajorStep = 1;
        chart.Rectangles(counts.Select((count, i) => ((i + 0.06) / Bins, 0.0, (i + 0.94) / Bins, (double)count)), Tone.Observed.Faint(0.75));
        return chart;
    }

    /// <summary>How often predicted probabilities come true.</summary>
    internal static Chart Calibration(LabelScores scores, string of)
    {
        var chart = new Chart(
            "Calibration",
            $"Predicted probability against how often it came true, over {scores.Rows} {of}; the mean distance is "
            + $"{scores.CalibrationError:0.000}.",
            420, 340);
        chart.Numbers(AxisPosition.Bottom, "predicted probability", -0.02, 1.02, grid: true);
        chart.Numbers(AxisPosition.Left, "came true", -0.02, 1.02, grid: true);
        chart.Line([(0, 0), (1, 1)], Tone.Muted.Color, 1, LineStyle.Dash);
        chart.Line(
            scores.Bins.SelectMany(bin => new[] { (bin.Predicted, bin.Lower), (bin.Predicted, bin.Upper), (double.NaN, double.NaN) }),
            Tone.Observed.Faint(0.6), 2);
        chart.Line(scores.Bins.Select(bin => (bin.Predicted, bin.Observed)), Tone.Observed.Color, 1.4);
        chart.Points(scores.Bins.Select(bin => (bin.Predicted, bin.Observed)), Tone.Observed.Color, 4);
        return chart;
    }

    /// <summary>Which classes are taken for which; null where they are too many for a picture.</summary>
    internal static Chart? Confusion(LabelScores scores, IReadOnlyList<string> classes, string of)
    {
        var count = classes.Count;
        if (count > MostClasses) return null;
        var size = count <= 6 ? 56.0 : 34;
        var chart = new Chart(
            "Confusion", $"{scores.Rows} {of}, {scores.Accuracy:P1} of them right: true classes down, predicted ones across.",
            130 + size * Math.Max(3, count), 100 + size * Math.Max(2, count));
        string[] names = [.. classes.Select(name => Chart.Short(name, 14))];
        chart.Names(AxisPosition.Top, names, angle: -45);
        chart.Names(AxisPosition.Left, names, 0.55);
        for (var a = 0; a < count; a++)
        {
            var total = Math.Max(1, Enumerable.Range(0, count).Sum(b => scores.Confusion[a, b]));
            for (var b = 0; b < count; b++)
            {
                var share = scores.Confusion[a, b] / (double)total;
                chart.Rectangles(
                    [(b - 0.47, a - 0.47, b + 0.47, a + 0.47)],
                    share == 0 ? Tone.Grid.Faint(0.5) : (a == b ? Tone.Observed : Tone.Imputed).Faint(0.12 + 0.5 * share));
                chart.Text(b, a, $"{scores.Confusion[a, b]}", Tone.Ink, HorizontalAlignment.Center);
            }
        }

        return chart;
    }
}
