using System.Text.Json;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Imputation;

public sealed class ImputePartsTests : IDisposable
{
    private const int Rows = 1300;
    private readonly TestModel _model = new(
        TestModel.Random(2, 2, 4), 2, [.. TestModel.Columns(2, 2, 1.5).Select(column => column with { Quartiles = new Quartiles(1, 3) })],
        new InferenceSettings());

    private readonly TestConsole _console = new();
    private readonly string _data;

    public ImputePartsTests() => _data = _model.Write("data.csv", Text());

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    // A comment, blanks within quotes, no end of the last line; the last part has rows without a value, and one that is far out.
    private static string Text() => "# measured\na,b,id\n" + string.Join('\n', Enumerable.Range(0, Rows).Select(i => i switch
    {
        700 => "# a pause\n1.25,,\" r,700\"",
        1250 => ",NA,none",
        Rows - 1 => "1000,,far",
        _ => $"{(i % 3 == 0 ? "" : $"{i % 7}.50")},{(i % 4 == 1 ? "NA" : $"{i % 5}")},r{i}",
    }));

    private string Impute(string name, params string[] more)
    {
        using var console = new TestConsole();
        var code = console.Run([
            "impute", "--model", _model.Path, "--data", _data, "--out", _model.File($"{name}/completed.csv"), "--intervals", _model.File($"{name}/cells.csv"),
            "--draws-out", _model.File($"{name}/draws.npy"), "--multiple", "2", "--multiple-dir", _model.File(name), "--draws", "6",
            "--burn-in", "2", "--chains", "2", "--record", _model.File($"{name}/record.json"), "--json", .. more,
        ]);
        Assert.True(code == 0, console.Messages);
        return console.Output;
    }

    private void AssertEqualBytes(string name, string file) =>
        Assert.Equal(File.ReadAllBytes(_model.File($"whole/{file}")), File.ReadAllBytes(_model.File($"{name}/{file}")));

    [Fact]
    public void A_table_imputed_part_by_part_has_the_bytes_of_one_imputed_at_once()
    {
        using var whole = JsonDocument.Parse(Impute("whole"));
        using var parts = JsonDocument.Parse(Impute("parts", "--part-rows", "512"));
        Assert.All(["completed.csv", "cells.csv", "draws.npy", "imputation_1.csv", "imputation_2.csv"], file => AssertEqualBytes("parts", file));
        Assert.EndsWith(",note", File.ReadLines(_model.File("parts/cells.csv")).First(), StringComparison.Ordinal);
        foreach (var name in (string[])["rows", "missing_cells", "noted_cells", "incomplete_rows", "new_rows", "empty_rows", "draws"])
        {
            Assert.Equal(whole.RootElement.GetProperty(name).ToString(), parts.RootElement.GetProperty(name).ToString());
        }

        var (one, two) = (whole.RootElement.GetProperty("convergence"), parts.RootElement.GetProperty("convergence"));
        Assert.All(
            ["cells", "unconverged", "minimum_ess", "maximum_r_hat"],
            name => Assert.Equal(one.GetProperty(name).ToString(), two.GetProperty(name).ToString()));
        Assert.Contains(1250, parts.RootElement.GetProperty("empty_rows").EnumerateArray().Select(row => row.GetInt32()));
    }

    [Fact]
    public void Parts_of_a_range_of_rows_are_those_of_the_range()
    {
        _ = Impute("whole", "--rows", "100:1290");
        _ = Impute("parts", "--rows", "100:1290", "--part-rows", "1024");
        Assert.All(["completed.csv", "cells.csv", "draws.npy"], file => AssertEqualBytes("parts", file));
    }

    [Fact]
    public void Parts_that_do_not_stand_alone_are_imputed_at_once()
    {
        File.WriteAllText(_data, Text().Replace("\n0.50,", "\n?,", StringComparison.Ordinal));
        _ = Impute("whole");
        _ = Impute("parts", "--part-rows", "512");
        AssertEqualBytes("parts", "completed.csv");
    }

    [Fact]
    public void A_packed_table_goes_part_by_part_too()
    {
        string Completed(string name, params string[] more)
        {
            var path = _model.File($"{name}.csv.gz");
            Assert.Equal(0, _console.Run(["impute", "--quiet", "--map-only", "--model", _model.Path, "--data", _data, "--out", path, .. more]));
            using var text = new StreamReader(InputFile.Open(path));
            return text.ReadToEnd();
        }

        Assert.Equal(Completed("whole"), Completed("parts", "--part-rows", "512"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-512")]
    [InlineData("500")]
    public void Rows_of_a_part_must_be_a_multiple_of_a_block(string rows)
    {
        Assert.Equal(2, _console.Run("impute", "--model", _model.Path, "--data", _data, "--out", _model.File("o.csv"), "--part-rows", rows));
        Assert.Contains("--part-rows", _console.Messages, StringComparison.Ordinal);
    }
}
