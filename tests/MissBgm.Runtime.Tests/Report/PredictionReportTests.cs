using System.Globalization;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Report;

public sealed class PredictionReportTests : IDisposable
{
    private readonly TestConsole _console = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;

    public void Dispose()
    {
        _console.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_number_of_a_prediction_is_the_files()
    {
        var (train, test, known) = Split();
        Assert.Equal(0, Predict(train, test));
        var figures = ReportPage.Figures(File.ReadAllText(PathOf("r.html")));
        var probabilities = TableReader.Read(PathOf("p.csv"));
        int Column(string name) => probabilities.Header.ToList().IndexOf(name);
        var predicted = Enumerable.Range(0, probabilities.Rows).Select(row => probabilities.Text(row, Column("predicted"))).ToArray();
        var checkedSources = new HashSet<string>();
        foreach (var figure in figures)
        {
            string? expected = figure.Source switch
            {
                "prediction:rows" => $"{probabilities.Rows}",
                "prediction:classes" => $"{probabilities.Columns - 1}",
                "prediction:count" => $"{predicted.Count(name => name == figure.Column)}",
                "prediction:share" => Text(predicted.Average(name => name == figure.Column ? 1.0 : 0)),
                "prediction:mean" => Text(Enumerable.Range(0, probabilities.Rows).Average(row => probabilities.Number(row, Column(figure.Column)))),
                "probabilities" => probabilities.Text(int.Parse(figure.Row), Column(figure.Column)),
                "known:rows" or "known:rows_scored" => $"{known.Length}",
                "known:accuracy" => Text(predicted.Zip(known).Average(pair => pair.First == pair.Second ? 1.0 : 0)),
                "known:log_loss" => Text(known.Select((label, row) => -Math.Log(Math.Max(1e-6, probabilities.Number(row, Column(label))))).Average()),
                "known:brier" => Text(known.Select((label, row) => Enumerable.Range(0, probabilities.Columns - 1)
                    .Sum(c => Math.Pow(probabilities.Number(row, c) - (probabilities.Header[c] == label ? 1 : 0), 2))).Average()),
                _ => null,
            };
            if (expected is null) continue;
            checkedSources.Add(figure.Source);
            if (double.TryParse(expected, CultureInfo.InvariantCulture, out var number)) Assert.Equal(number, double.Parse(figure.Value), 1e-6);
            else Assert.Equal(expected, figure.Value);
        }

        Assert.Equal(11, checkedSources.Count);
        Assert.Contains(figures, figure => figure.Source == "context:accuracy");
        Assert.True(double.Parse(figures.First(figure => figure.Source == "context:accuracy").Value) > 0.6);
    }

    [Fact]
    public void Classes_of_one_labelled_row_have_no_calibration_and_the_page_says_so()
    {
        File.WriteAllText(PathOf("train.csv"), "x,label\n1,a\n2,a\n3,b\n");
        File.WriteAllText(PathOf("test.csv"), "x\n1.5\n");
        Assert.Equal(0, Predict(PathOf("train.csv"), PathOf("test.csv")));
        var page = File.ReadAllText(PathOf("r.html"));
        Assert.Contains("Some class has a single labelled row", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<section id=\"known\"", page, StringComparison.Ordinal);
    }

    // Four rows of two classes, one of them wrong.
    [Fact]
    public void Scores_are_those_of_the_textbook()
    {
        var scores = LabelScores.Of([0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.5, 0.5], [0, 0, 1, 1, -1], 2);
        Assert.Equal(4, scores.Rows);
        Assert.Equal(0.75, scores.Accuracy, 1e-12);
        Assert.Equal(1, scores.Auc, 1e-12);
        Assert.Equal((2 * (0.01 + 0.36 + 0.09 + 0.04)) / 4, scores.Brier, 1e-12);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.4) + Math.Log(0.7) + Math.Log(0.8)) / 4, scores.LogLoss, 1e-12);
        Assert.Equal((1, 1, 0, 2), (scores.Confusion[0, 0], scores.Confusion[0, 1], scores.Confusion[1, 0], scores.Confusion[1, 1]));
        Assert.Equal([0.1, 0.6, 0.7, 0.8], scores.Bins.Select(bin => Math.Round(bin.Predicted, 9)));
        Assert.Equal([0, 0, 1.0, 1], scores.Bins.Select(bin => bin.Observed));
        // Wilson's interval of none of one: 0 to z^2 / (1 + z^2).
        Assert.Equal(3.841459 / 4.841459, scores.Bins[0].Upper, 1e-5);
    }

    private int Predict(string train, string test) => _console.Run(
        "predict", "--model", Checkout.PathOf("models", "pfn-nano"), "--train", train, "--test", test, "--target", "label", "--out",
        PathOf("p.csv"), "--ensemble", "2", "--report", PathOf("r.html"));

    // Three kinds of points in the plane; every third row is asked, and its label known.
    private (string Train, string Test, string[] Known) Split()
    {
        var rows = Enumerable.Range(0, 60)
            .Select(i => (Label: $"kind {"abc"[i % 3]}", X: i % 3 * 2 + 0.05 * (i * 37 % 20), Y: i % 2 - 0.03 * (i * 53 % 17))).ToArray();
        string Lines(IEnumerable<(string Label, double X, double Y)> part) =>
            "x,y,label\n" + string.Concat(part.Select(row => $"{row.X:0.###},{row.Y:0.###},{row.Label}\n"));
        File.WriteAllText(PathOf("train.csv"), Lines(rows.Where((_, i) => i % 4 != 0)));
        File.WriteAllText(PathOf("test.csv"), Lines(rows.Where((_, i) => i % 4 == 0)));
        return (PathOf("train.csv"), PathOf("test.csv"), [.. rows.Where((_, i) => i % 4 == 0).Select(row => row.Label)]);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static string Text(double value) => value.ToString("R");
}
