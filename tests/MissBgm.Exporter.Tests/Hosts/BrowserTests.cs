using System.Text.Json;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>The page of examples/browser in a real Chromium, on a model whose posterior is known in closed form.</summary>
public sealed class BrowserTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    private sealed record Shown(string status, Dictionary<string, double[]> cells);

    // 4 chains x 500 draws of a two-dimensional latent variable: the effective size is above 300, so that a mean is 0.35 s.d. off with probability
    // below 1e-8; the page's seed is fixed, so that the test does not vary.
    [Fact]
    public void A_row_typed_into_the_page_is_imputed_from_the_posterior()
    {
        var model = new LinearGaussian(2, 5);
        var bundle = Path.Combine(_folder, "model");
        PaperBundle.Write(bundle, Descriptions.Of(2, 5), model.Weights, null);
        // Column j is typed in original units, j + (j + 1) * value.
        double[] values = [0.7, -0.4, 1.1];
        var row = JsonSerializer.Serialize(new Dictionary<string, string> { ["c0"] = "0.7", ["c1"] = "0.2", ["c2"] = "5.3" });
        var output = Programs.Run("node", Path.Combine(Programs.Root, "examples/browser/drive.mjs"), bundle, row);
        var shown = JsonSerializer.Deserialize<Shown>(output)!;
        Assert.Equal("Done", shown.status);
        Assert.Equal(["c3", "c4"], shown.cells.Keys);
        foreach (var j in new[] { 3, 4 })
        {
            var (mean, deviation) = model.Posterior(j, [0, 1, 2], values);
            var (location, scale) = (j, j + 1);
            var cell = shown.cells[$"c{j}"];
            Assert.Equal(location + scale * mean, cell[0], 0.35 * scale * deviation);
            Assert.InRange(cell[1] / (scale * deviation), 0.8, 1.25);
            Assert.InRange((cell[3] - cell[2]) / (2 * 1.96 * scale * deviation), 0.8, 1.25);
        }
    }

    [Fact]
    public void What_is_not_a_number_is_named_on_the_page()
    {
        var bundle = Path.Combine(_folder, "model");
        PaperBundle.Write(bundle, Descriptions.Of(2, 5), new LinearGaussian(2, 5).Weights, null);
        var output = Programs.Run("node", Path.Combine(Programs.Root, "examples/browser/drive.mjs"), bundle, """{"c1": "twelve"}""");
        Assert.Equal("Column 'c1': 'twelve' is not a number.", JsonSerializer.Deserialize<Shown>(output)!.status);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
