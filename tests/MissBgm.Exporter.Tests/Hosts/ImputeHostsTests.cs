using System.Globalization;
using System.Text.Json;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>
/// The hosts of examples/ with a bundle of a default mechanism and discrete columns, beside this runtime. Means of some 500 draws each
/// differ by 0.3 posterior standard deviations with a probability below 1e-5, and all seeds are fixed.
/// </summary>
public sealed class ImputeHostsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;
    private readonly string _bundle;

    public ImputeHostsTests()
    {
        _bundle = Path.Combine(_folder, "model");
        MixedBundle.Write(_bundle);
        File.WriteAllText(Path.Combine(_folder, "table.csv"), MixedBundle.Csv);
    }

    [Fact]
    public void Node_imputes_a_table_with_discrete_columns_as_this_runtime_does()
    {
        Programs.Run("node", Path.Combine(Programs.Root, "examples/node/impute.mjs"), _bundle, Place("table.csv"), Place("completed.csv"), Place("cells.csv"));
        Compare(File.ReadAllText(Place("completed.csv")), File.ReadAllText(Place("cells.csv")));
    }

    [Fact]
    public void A_page_imputes_a_dropped_table_by_a_dropped_archive()
    {
        MixedBundle.Write(Place("model.zip"));
        var output = Programs.Run("node", Path.Combine(Programs.Root, "examples/browser/drive.mjs"), Place("model.zip"), Place("table.csv"));
        var shown = JsonSerializer.Deserialize<Dictionary<string, string>>(output)!;
        Assert.StartsWith("Done: 8 cells of 5 rows", shown["status"], StringComparison.Ordinal);
        Compare(shown["completed"], shown["cells"]);
    }

    // The onnxruntime package is in none of the registries that this is built with: tests/python has its few calls over the true library.
    [Fact]
    public void Python_imputes_a_table_with_discrete_columns_as_this_runtime_does()
    {
        RunPython(_bundle, Place("table.csv"));
        Compare(File.ReadAllText(Place("completed.csv")), null);
    }

    [Theory]
    [InlineData("height,smoker,colour,age\n1.7,yes,red,forty\n", "Data row 0, column 'age': 'forty' is not a number.")]
    [InlineData("height,smoker,colour,age\n1.7,yes,mauve,4\n", "column 'colour': 'mauve' is no level of the column; allowed: red, green, blue.")]
    [InlineData("height,smoker,colour,weight\n1.7,yes,red,4\n", "Unknown column 'weight'")]
    public void What_a_table_has_wrong_is_named(string csv, string expected)
    {
        File.WriteAllText(Place("wrong.csv"), csv);
        var failure = Assert.Throws<InvalidOperationException>(
            () => Programs.Run("node", Path.Combine(Programs.Root, "examples/node/impute.mjs"), _bundle, Place("wrong.csv"), Place("completed.csv")));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-json", "manifest.json is no JSON")]
    [InlineData("a-list", "of kind 'undefined', not")]
    [InlineData("another-kind", "of kind 'poetry', not")]
    [InlineData("a-newer-version", "of format 99, and this example knows format 1")]
    [InlineData("no-columns", "no list of columns")]
    [InlineData("no-graphs", "no impute.onnx")]
    public void A_bad_bundle_is_refused_in_a_sentence(string kind, string expected)
    {
        var bad = BadBundles.Write(kind, Place("bad"));
        var failure = Assert.Throws<InvalidOperationException>(
            () => Programs.Run("node", Path.Combine(Programs.Root, "examples/node/impute.mjs"), bad, Place("table.csv"), Place("completed.csv")));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ended with 2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("    at ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-json", "manifest.json is no JSON")]
    [InlineData("a-list", "of kind None, format None; this example knows kind missbgm, format 1")]
    [InlineData("another-kind", "of kind poetry")]
    [InlineData("no-columns", "has no columns, or no impute.onnx")]
    [InlineData("no-graphs", "has no columns, or no impute.onnx")]
    public void A_bad_bundle_is_refused_by_Python_in_a_sentence(string kind, string expected) =>
        AssertRefusedByPython(BadBundles.Write(kind, Place("bad")), Place("table.csv"), expected);

    [Theory]
    [InlineData("height,smoker,colour,age\n1.7,yes,red,forty\n", "data row 0, column 'age': 'forty' is not a number")]
    [InlineData("height,smoker,colour,age\n1.7,yes,mauve,4\n", "column 'colour': 'mauve' is no level of the column; allowed: red, green, blue")]
    [InlineData("height,smoker,colour\n1.7,yes,red\n", "the table lacks the columns age")]
    public void What_a_table_has_wrong_is_named_by_Python(string csv, string expected)
    {
        File.WriteAllText(Place("wrong.csv"), csv);
        AssertRefusedByPython(_bundle, Place("wrong.csv"), expected);
    }

    private void AssertRefusedByPython(string bundle, string table, string expected)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => RunPython(bundle, table));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", failure.Message, StringComparison.Ordinal);
    }

    private void RunPython(string bundle, string table) => Programs.Run(
        "env", $"ONNXRUNTIME_LIBRARY={Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so")}", $"PYTHONPATH={Programs.Root}/tests/python",
        "/usr/bin/python3", Path.Combine(Programs.Root, "examples/python/impute.py"), bundle, table, Place("completed.csv"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Place(string name) => Path.Combine(_folder, name);

    private void Compare(string completed, string? cells)
    {
        using var imputer = Imputer.Load(_bundle);
        var table = TableReader.Read(Place("table.csv"));
        var own = imputer.Impute(table).Cells;
        var rows = completed.TrimEnd().Split('\n').Skip(1).Select(line => line.TrimEnd('\r').Split(',')).ToArray();
        var lines = cells?.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(own.Count, lines?.Length ?? own.Count);
        for (var row = 0; row < table.Rows; row++)
        {
            for (var column = 0; column < table.Columns; column++)
            {
                if (!table.IsMissing(row, column)) Assert.Equal(table.Text(row, column), rows[row][column]);
            }
        }

        foreach (var cell in own)
        {
            var (text, name) = (rows[cell.Row][cell.Column], table.Header[cell.Column]);
            var line = lines?.Single(fields => fields[0] == $"{cell.Row}" && fields[1] == name);
            if (cell.Probabilities is { } probabilities)
            {
                var levels = name == "colour" ? MixedBundle.Colours : ["no", "yes"];
                Assert.True(probabilities[Array.IndexOf(levels, text)] > probabilities.Max() - 0.1);
                var shares = line?[7].Split(';').Select(part => Number(part.Split('=')[1])).ToArray();
                if (shares is not null) Assert.All(probabilities.Zip(shares), pair => Assert.Equal(pair.First, pair.Second, 0.1));
                continue;
            }

            Assert.Equal(cell.Mean, Number(text), 0.3 * cell.Sd + (name == "age" ? 0.5 : 0));
            if (line is null) continue;
            Assert.Equal(cell.Sd, Number(line[3]), 0.2 * cell.Sd);
            Assert.Equal(cell.Lower, Number(line[4]), 0.6 * cell.Sd);
            Assert.Equal(cell.Upper, Number(line[5]), 0.6 * cell.Sd);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
