using System.Globalization;
using System.Text.Json;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>The hosts of examples/ on a model as published whose posterior is known in closed form.</summary>
public sealed class PaperHostsTests : IDisposable
{
    private static readonly double[] Values = [0.7, -0.4, 1.1];
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;
    private readonly LinearGaussian _model = new(2, 5);
    private readonly string _bundle;

    public PaperHostsTests()
    {
        _bundle = Place("model");
        PaperBundle.Write(_bundle, Descriptions.Of(2, 5, new InferenceSettings { Chains = 2, BurnIn = 300, Draws = 500 }), _model.Weights, null);
        // Column j is in original units, j + (j + 1) * value.
        File.WriteAllText(Place("table.csv"), "c0,c1,c2,c3,c4\n0.7,0.2,5.3,,\n");
    }

    [Fact]
    public void Node_imputes_a_row_from_the_posterior()
    {
        Programs.Run("node", Path.Combine(Programs.Root, "examples/node/impute.mjs"), _bundle, Place("table.csv"), Place("completed.csv"), Place("cells.csv"));
        Compare(File.ReadAllText(Place("completed.csv")), File.ReadAllText(Place("cells.csv")));
    }

    [Fact]
    public void A_page_imputes_a_row_from_the_posterior()
    {
        var shown = Page();
        Assert.StartsWith("Done: 2 cells of 1 rows", shown["status"], StringComparison.Ordinal);
        Compare(shown["completed"], shown["cells"]);
    }

    [Fact]
    public void Python_imputes_a_row_from_the_posterior()
    {
        Programs.Run(
            "env", $"ONNXRUNTIME_LIBRARY={Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so")}", $"PYTHONPATH={Programs.Root}/tests/python",
            "/usr/bin/python3", Path.Combine(Programs.Root, "examples/python/impute.py"), _bundle, Place("table.csv"), Place("completed.csv"));
        Compare(File.ReadAllText(Place("completed.csv")), null);
    }

    [Fact]
    public void What_is_not_a_number_is_named_on_the_page()
    {
        File.WriteAllText(Place("table.csv"), "c0,c1,c2,c3,c4\n,twelve,,,\n");
        Assert.Equal("Data row 0, column 'c1': 'twelve' is not a number.", Page()["status"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Place(string name) => Path.Combine(_folder, name);

    private Dictionary<string, string> Page() => JsonSerializer.Deserialize<Dictionary<string, string>>(
        Programs.Run("node", Path.Combine(Programs.Root, "examples/browser/drive.mjs"), _bundle, Place("table.csv")))!;

    // 500 draws and more of a chain that moves in the posterior's own units: the effective size is above 300, so that a mean is 0.35 s.d. off
    // with probability below 1e-8; all seeds are fixed.
    private void Compare(string completed, string? cells)
    {
        var row = completed.TrimEnd().Split('\n')[1].TrimEnd('\r').Split(',');
        Assert.Equal(["0.7", "0.2", "5.3"], row[..3]);
        var lines = cells?.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')).ToArray();
        foreach (var j in new[] { 3, 4 })
        {
            var (mean, deviation) = _model.Posterior(j, [0, 1, 2], Values);
            var (location, scale) = (j, j + 1);
            Assert.Equal(location + scale * mean, Number(row[j]), 0.35 * scale * deviation);
            if (lines is null) continue;
            var cell = lines[j - 3];
            Assert.Equal($"c{j}", cell[1]);
            Assert.InRange(Number(cell[3]) / (scale * deviation), 0.8, 1.25);
            Assert.InRange((Number(cell[5]) - Number(cell[4])) / (2 * 1.96 * scale * deviation), 0.8, 1.25);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
