using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Report;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TestConsole _console = new();
    private readonly TestModel _model = new(
        new CollapsedWeights(1, 3, [0.9, 0.7, 0.5], [0, 0, 0], [0.4, 0.5, 0.8], [0.4, 0.4, 0.4], [0, 0, 0], [0.5, 0.5, 0.5]),
        Mechanism.Selection, TestModel.Columns(3, 10, 2),
        new InferenceSettings { Draws = 120, BurnIn = 5, Chains = 2 });

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    [Fact]
    public void Every_number_of_a_report_is_the_files()
    {
        Evidence();
        var (data, cells) = (_model.Write("data.csv", Numbers(60)), _model.File("cells.csv"));
        Assert.Equal(
            0,
            _console.Run(
                "impute", "--json", "--model", _model.Path, "--data", data, "--out", _model.File("c.csv"), "--intervals", cells, "--report",
                _model.File("r.html"), "--seed", "7"));
        var run = _console.Output;
        Assert.Equal(
            0,
            _console.Run(
                "sensitivity", "--model", _model.Path, "--data", data, "--statistic", "mean(a)", "--values=-0.5,0.5", "--out",
                _model.File("s.csv"), "--draws", "20"));
        var check = new FigureCheck(data, cells, _model.Path, run, _model.File("s.csv"))
        {
            Settings = { ["seed"] = 7, ["chains"] = 2, ["draws"] = 120, ["burn_in"] = 5, ["coverage"] = 0.95 },
        };
        var figures = ReportPage.Figures(File.ReadAllText(_model.File("r.html")));
        Assert.True(figures.Count > 150);
        Assert.All(figures, check.Assert);
        string[] sources = ["table", "imputed", "cells", "manifest", "run", "settings", "hash"];
        Assert.Equal(sources.Order(), figures.Select(figure => figure.Source.Split(':')[0]).Distinct().Order());

        // The report by itself is of the same numbers, and shows the sensitivity.
        Assert.Equal(
            0,
            _console.Run(
                "report", "--model", _model.Path, "--data", data, "--out", _model.File("r2.html"), "--seed", "7", "--sensitivity",
                _model.File("s.csv")));
        var more = ReportPage.Figures(File.ReadAllText(_model.File("r2.html")));
        Assert.All(more, check.Assert);
        Assert.Equal(figures, more.Where(figure => !figure.Source.StartsWith("sensitivity:", StringComparison.Ordinal)));
        Assert.Equal(3 * 4, more.Count(figure => figure.Source.StartsWith("sensitivity:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_report_of_levels_and_numbers_by_a_pretrained_network_is_the_files()
    {
        var (data, cells) = (_model.Write("data.csv", Mixed(48)), _model.File("cells.csv"));
        Assert.Equal(
            0,
            _console.Run(
                "impute", "--json", "--model", Checkout.PathOf("models", "pfn-nano"), "--data", data, "--out", _model.File("c.csv"),
                "--intervals", cells, "--report", _model.File("r.html"), "--draws", "24"));
        var page = File.ReadAllText(_model.File("r.html"));
        var check = new FigureCheck(data, cells, Checkout.PathOf("models", "pfn-nano"), _console.Output)
        {
            Settings = { ["seed"] = 42, ["draws"] = 24, ["coverage"] = 0.95 },
        };
        var figures = ReportPage.Figures(page);
        Assert.All(figures.Where(figure => figure is not { Source: "cells:uncertainty", Column: "x" or "y" }), check.Assert);
        Assert.Contains(figures, figure => figure.Source == "imputed:level_share");
        Assert.Contains(figures, figure => figure.Source == "run:trust.shift");
        Assert.Contains("pretrained", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_imputation_gives_the_same_bytes_whatever_the_threads()
    {
        var data = _model.Write("data.csv", Numbers(40));
        byte[] Report(string threads)
        {
            Assert.Equal(0, _console.Run("report", "--model", _model.Path, "--data", data, "--out", _model.File("r.html"), "--threads", threads));
            return File.ReadAllBytes(_model.File("r.html"));
        }

        Assert.Equal(Report("1"), Report("4"));
    }

    [Fact]
    public void A_page_has_all_of_its_sections_and_asks_for_nothing_outside()
    {
        Evidence();
        Assert.Equal(0, _console.Run("report", "--model", _model.Path, "--data", _model.Write("data.csv", Numbers(40)), "--out", _model.File("r.html")));
        var page = File.ReadAllText(_model.File("r.html"));
        foreach (var id in new[] { "table", "choice", "distributions", "convergence", "cells", "sensitivity", "settings", "citation" })
        {
            Assert.Contains($"<section id=\"{id}\"", page, StringComparison.Ordinal);
        }
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.Contains(JsonEncoded(_model.Path, "evidence"), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Markup_in_names_and_cells_is_text()
    {
        const string Evil = "<script>alert(1)</script>";
        var data = _model.Write("data.csv", $"a,b,c,\"{Evil}\"\n1,2,3,\"<img src=x onerror=y>\"\n,2,4,v\n2,,5,w\n");
        Assert.Equal(0, _console.Run("report", "--model", _model.Path, "--data", data, "--out", _model.File("r.html")));
        var page = File.ReadAllText(_model.File("r.html"));
        Assert.DoesNotContain(Evil, page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n4,5,6\n", "No cell was imputed")]
    [InlineData("a,b,c\n9,,11\n", "All cells have converged", "Look at the convergence")]
    [InlineData("a,b,c\n,2,3\n,5,6\n,8,7\n", "Column &#39;a&#39; has no observed cell in this table")]
    [InlineData("a,b,c\n,,\n9,10,11\n", "without an observed value, so imputed from the model&#39;s prior")]
    public void Tables_with_little_in_them_have_a_report_that_says_so(string text, string part, string? or = null)
    {
        Assert.Equal(0, _console.Run("report", "--model", _model.Path, "--data", _model.Write("data.csv", text), "--out", _model.File("r.html")));
        var page = File.ReadAllText(_model.File("r.html"));
        Assert.True(page.Contains(part, StringComparison.Ordinal) || or is not null && page.Contains(or, StringComparison.Ordinal), part);
    }

    [Fact]
    public void Modes_alone_have_a_report_without_distributions()
    {
        Assert.Equal(
            0,
            _console.Run(
                "impute", "--map-only", "--model", _model.Path, "--data", _model.Write("data.csv", Numbers(20)), "--out",
                _model.File("c.csv"), "--report", _model.File("r.html")));
        Assert.Contains("Only the modes were computed", File.ReadAllText(_model.File("r.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lacks the columns 'b', 'c'", "a,z\n1,2\n")]
    [InlineData("is not a number", "a,b,c\nx,2,3\n")]
    public void A_table_that_is_not_the_models_is_refused_and_nothing_written(string part, string text)
    {
        Assert.Equal(2, _console.Run("report", "--model", _model.Path, "--data", _model.Write("data.csv", text), "--out", _model.File("r.html")));
        Assert.Contains(part, _console.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.File("r.html")));
    }

    [Fact]
    public void A_file_that_is_no_sensitivity_analysis_is_refused()
    {
        var data = _model.Write("data.csv", Numbers(20));
        Assert.Equal(
            2,
            _console.Run(
                "report", "--model", _model.Path, "--data", data, "--out", _model.File("r.html"), "--sensitivity",
                _model.Write("other.csv", Numbers(20))));
        Assert.Contains("missbgm sensitivity --out", _console.Messages, StringComparison.Ordinal);
    }

    // The model's manifest is given what a fit would have said of masks.
    private void Evidence()
    {
        var evidence = new MechanismEvidence
        {
            Chosen = Mechanism.Selection,
            Forced = false,
            SharedCorrelation = false,
            Selection = new SelectionTest(12.5, 4.25, 1, 0.5),
            SharedSelection = new SelectionTest(3, 1, 1, 0.5),
            SharedRho = 0.25,
            Self = new SelfTest(-2, 6.9, 0.5, 0.25, -1, 0.5, 0.5, 0.4, 0.5),
            Ignorable = [],
            Columns =
            [
                new ColumnEvidence("a", 0.3, -0.4, 5.25, 4)
                {
                    Follows = new MaskFollows(0.5, 0.125, 3.5, 1.25, "b", 0.75, 2.5, 0.75, 0.375),
                },
                new ColumnEvidence("b", 0.1, 0.2, 1.5, 1),
            ],
        };
        var path = Path.Combine(_model.Path, Manifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["evidence"] = JsonSerializer.SerializeToNode(evidence, Manifest.Json);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private static string JsonEncoded(string model, string sentence)
    {
        var described = EvidenceSentence.Describe(Bundle.Load(model).Manifest.Evidence!);
        return $"<p data-sentence=\"{sentence}\">{System.Net.WebUtility.HtmlEncode(described)}</p>";
    }

    private static string Numbers(int rows)
    {
        var values = new float[rows * 3];
        new Philox(3).Normals(values, RandomPurpose.Simulation, 0, 0, 0);
        var text = new StringBuilder("a,b,c\n");
        for (var row = 0; row < rows; row++)
        {
            var cells = Enumerable.Range(0, 3).Select(c =>
                row % 4 == c && row % 3 == 0 || row % 11 == 5 && c == 0 ? "" : $"{10 + 2 * values[row * 3 + c]:0.###}");
            text.Append(string.Join(',', cells)).Append('\n');
        }
        return text.ToString();
    }

    private static string Mixed(int rows)
    {
        var values = new float[rows * 2];
        new Philox(4).Normals(values, RandomPurpose.Simulation, 0, 0, 0);
        var text = new StringBuilder("x,y,kind,sold\n");
        for (var row = 0; row < rows; row++)
        {
            var (x, y) = (values[2 * row], values[2 * row] + values[2 * row + 1]);
            text.Append($"{(row % 5 == 0 ? "" : $"{x:0.###}")},{(row % 7 == 2 ? "" : $"{y:0.###}")},");
            text.Append($"{(row % 6 == 1 ? "" : x < -0.5 ? "low" : x < 0.5 ? "mid" : "high")},{(row % 8 == 3 ? "" : y > 0 ? "yes" : "no")}\n");
        }

        return text.ToString();
    }
}
