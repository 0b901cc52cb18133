using System.Text.Json;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public sealed class ImputeCommandTests : IDisposable
{
    private static readonly InferenceSettings Short = new() { Draws = 20, BurnIn = 10, Chains = 2 };
    private readonly TestModel _model = new(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2), Short);
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private int Impute(string data, params string[] more) =>
        _console.Run(["impute", "--model", _model.Path, "--data", _model.Write("data.csv", data), "--out", _model.File("out.csv"), .. more]);

    private void AssertRefused(int exitCode, string message, string data, params string[] more)
    {
        var code = Impute(data, more);
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
        Assert.Equal(exitCode, code);
        Assert.Equal(["data.csv", "model"], Directory.GetFileSystemEntries(Path.GetDirectoryName(_model.Path)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Missing_cells_are_filled_and_all_else_stays_byte_for_byte()
    {
        Assert.Equal(0, Impute("c,\"a\",b\r\n 9.50,\"1e1\",\r\nNA,10,11.0\r\n", "--intervals", _model.File("cells.csv")));
        var lines = File.ReadAllText(_model.File("out.csv")).Split("\r\n");
        Assert.Equal("c,\"a\",b", lines[0]);
        Assert.Matches(@"^ 9\.50,""1e1"",-?\d+(\.\d+)?$", lines[1]);
        Assert.Matches(@"^-?\d+(\.\d+)?,10,11\.0$", lines[2]);
        Assert.Equal("", lines[3]);

        var cells = TableReader.Read(_model.File("cells.csv"));
        Assert.Equal(["row", "column", "mean", "sd", "lower", "upper", "map", "rhat", "ess"], cells.Header);
        Assert.Equal(["0", "1"], [cells.Text(0, 0), cells.Text(1, 0)]);
        Assert.Equal(["b", "c"], [cells.Text(0, 1), cells.Text(1, 1)]);
        Assert.InRange(cells.Number(0, 2), cells.Number(0, 4), cells.Number(0, 5));
        Assert.Equal(double.Parse(lines[1].Split(',')[2]), cells.Number(0, 2));
    }

    [Fact]
    public void Map_only_writes_the_mode_and_leaves_the_posterior_empty()
    {
        Assert.Equal(0, Impute("a,b,c\n9,,8\n", "--map-only", "--intervals", _model.File("cells.csv")));
        var cells = TableReader.Read(_model.File("cells.csv"));
        Assert.True(cells.IsMissing(0, 2) && cells.IsMissing(0, 5) && cells.IsMissing(0, 8));
        Assert.Equal($"a,b,c\n9,{cells.Text(0, 6)},8\n", File.ReadAllText(_model.File("out.csv")));
    }

    [Fact]
    public void Whole_number_columns_are_filled_with_whole_numbers()
    {
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2, ColumnType.Integer), Short);
        var data = model.Write("data.csv", "a,b,c\n9,,8\n");
        Assert.Equal(0, _console.Run("impute", "--model", model.Path, "--data", data, "--out", model.File("out.csv")));
        Assert.Matches(@"^9,-?\d+,8$", File.ReadAllLines(model.File("out.csv"))[1]);
    }

    [Fact]
    public void Whatever_is_imputed_respects_whole_numbers_and_bounds()
    {
        var columns = TestModel.Columns(3, 10, 2, ColumnType.Integer).Select((c, i) => i == 1 ? c with { LowerBound = 10, UpperBound = 11 } : c).ToArray();
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, columns, Short);
        var data = model.Write("data.csv", "a,b,c\n9,,8\n,,3\n12,,\n");
        Assert.Equal(0, _console.Run(
            "impute", "--model", model.Path, "--data", data, "--out", model.File("out.csv"), "--intervals", model.File("cells.csv"),
            "--draws-out", model.File("draws.npy"),
            "--multiple", "2", "--multiple-dir", model.File("multiple")));
        var cells = TableReader.Read(model.File("cells.csv"));
        for (var row = 0; row < cells.Rows; row++)
        {
            var (smallest, largest) = cells.Text(row, 1) == "b" ? (10.0, 11.0) : (double.MinValue, double.MaxValue);
            Assert.InRange(cells.Number(row, 2), smallest, largest);
            Assert.All([4, 5, 6], field =>
            {
                Assert.InRange(cells.Number(row, field), smallest, largest);
                Assert.Equal(Math.Round(cells.Number(row, field)), cells.Number(row, field));
            });
        }

        Assert.All(File.ReadAllLines(model.File("multiple/imputation_1.csv")).Skip(1), line => Assert.Contains(line.Split(',')[1], new[] { "10", "11" }));
        var draws = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(model.File("draws.npy")).AsSpan(128)).ToArray();
        Assert.All(draws, draw => Assert.Equal(MathF.Round(draw), draw, 1e-5f));
    }

    [Fact]
    public void A_zipped_bundle_serves_as_well_as_its_folder()
    {
        Assert.Equal(0, Impute("a,b,c\n9,,8\n"));
        var fromFolder = File.ReadAllText(_model.File("out.csv"));
        System.IO.Compression.ZipFile.CreateFromDirectory(_model.Path, _model.File("model.zip"));
        Assert.Equal(0, _console.Run("impute", "--model", _model.File("model.zip"), "--data", _model.File("data.csv"), "--out", _model.File("out.csv")));
        Assert.Equal(fromFolder, File.ReadAllText(_model.File("out.csv")));
    }

    [Fact]
    public void A_table_without_missing_cells_passes_through()
    {
        Assert.Equal(0, Impute("a,b,c\n9,10,8\n"));
        Assert.Equal("a,b,c\n9,10,8\n", File.ReadAllText(_model.File("out.csv")));
        Assert.Contains("no missing cell", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_observed_values_is_imputed_from_the_prior_and_said_so()
    {
        Assert.Equal(0, Impute("a,b,c\n9,10,8\n,,\n"));
        Assert.Contains("without an observed value, so imputed from the model's prior: line 3", _console.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain(",,", File.ReadAllText(_model.File("out.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_column_is_imputed_by_its_constant_and_said_so()
    {
        var constant = TestModel.Columns(4, 10, 2)[3] with { Minimum = 7, Maximum = 7, Location = 7, Scale = 1 };
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, [.. TestModel.Columns(3, 10, 2), constant], Short);
        var data = model.Write("data.csv", "d,a,b,c\n7,9,,8\n,9,9,8\n");
        Assert.Equal(0, _console.Run("impute", "--model", model.Path, "--data", data, "--out", model.File("out.csv"), "--intervals", model.File("cells.csv")));
        Assert.Equal("7,9,9,8", File.ReadAllLines(model.File("out.csv"))[2]);
        Assert.Equal("1,d,7,0,7,7,7,,,constant", File.ReadAllLines(model.File("cells.csv"))[2]);
        Assert.Contains("with one value throughout, by which they were imputed: 'd'", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_choose_a_part_of_the_table_with_the_same_results()
    {
        var data = "a,b,c\n" + string.Concat(Enumerable.Range(0, 600).Select(i => $"{9 + i % 5},,{8 + i % 3}\n"));
        Assert.Equal(0, Impute(data, "--draws", "4", "--burn-in", "2"));
        var whole = File.ReadAllLines(_model.File("out.csv"));
        Assert.Equal(0, Impute(data, "--draws", "4", "--burn-in", "2", "--rows", "512:600", "--threads", "1"));
        Assert.Equal(whole.Skip(513).Prepend("a,b,c"), File.ReadAllLines(_model.File("out.csv")));
        Assert.Equal(0, Impute(data, "--draws", "4", "--burn-in", "2", "--rows", ":512", "--threads", "8"));
        Assert.Equal(whole.Take(513), File.ReadAllLines(_model.File("out.csv")));
    }

    [Fact]
    public void Json_holds_what_the_table_shows()
    {
        Assert.Equal(0, Impute("a,b,c\n9,,8\n", "--json", "--quiet"));
        using var json = JsonDocument.Parse(_console.Output);
        Assert.Equal(1, json.RootElement.GetProperty("missing_cells").GetInt32());
        Assert.Equal(_model.File("out.csv"), json.RootElement.GetProperty("files")[0].GetString());
        Assert.Empty(_console.Messages);
    }

    [Theory]
    [InlineData("", "data.csv: the file is empty")]
    [InlineData("a,b,c\n", "a header and no rows")]
    [InlineData("a,b,b\n1,2,3\n", "lacks the column 'c'")]
    [InlineData("a,b,c\n1,2,3\n1,2\n", "line 3: the row has 2 fields, the header 3")]
    [InlineData("a,b,c\n1,,3\n1,x,3\n", "line 3, column 'b': 'x' is not a number")]
    [InlineData("a,b,c\n1,,3\n1,inf,3\n", "line 3, column 'b': 'inf' is not a finite number")]
    [InlineData("a,b\n1,2\n", "lacks the column 'c'")]
    public void Tables_that_do_not_fit_are_refused(string data, string message) => AssertRefused(2, message, data);

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        Assert.Equal(2, _console.Run("impute", "--model", _model.Path, "--data", _model.File("no.csv"), "--out", _model.File("out.csv")));
        Assert.Contains("no.csv: no such file", _console.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.File("out.csv")));
    }

    [Theory]
    [InlineData("--rows", "5:2", "rows 5:2 are not a part of its 1 rows")]
    [InlineData("--rows", "a:b", "--rows is 'a:b'")]
    [InlineData("--draws", "0", "Inference setting Draws is 0; allowed is from 1 to 1000000")]
    [InlineData("--burn-in", "2147483647", "Inference setting BurnIn is 2147483647; allowed is from 0 to 1000000")]
    [InlineData("--threads", "2147483647", "Threads is 2147483647; allowed is 1 to 1024")]
    [InlineData("--chains", "-1", "Inference setting Chains is -1; allowed is from 1 to 64")]
    [InlineData("--alpha", "1.5", "Inference setting Alpha is 1.5; allowed is between 0 and 1")]
    [InlineData("--threads", "0", "Threads is 0")]
    [InlineData("--draws", "many", "'many' is not a valid number")]
    public void Options_out_of_range_are_refused(string option, string value, string message) => AssertRefused(2, message, "a,b,c\n1,,3\n", option, value);

    [Fact]
    public void An_unknown_option_is_refused_with_a_suggestion() => AssertRefused(2, "Did you mean 'rows'?", "a,b,c\n1,,3\n", "--drows", "5");

    [Fact]
    public void Cuda_where_there_is_none_is_refused()
    {
        if (File.Exists("/dev/nvidiactl")) return;
        AssertRefused(2, "--device cuda: ONNX Runtime's CUDA provider cannot be loaded on this machine", "a,b,c\n1,,3\n", "--device", "cuda");
    }

    [Theory]
    [InlineData("/proc/no/out.csv", "cannot be written")]
    [InlineData("/proc/out.csv", "cannot be written")]
    public void An_output_that_cannot_be_written_is_refused_before_any_work(string path, string message)
    {
        var data = _model.Write("data.csv", "a,b,c\n1,,3\n");
        Assert.Equal(2, _console.Run("impute", "--model", _model.Path, "--data", data, "--out", path, "--draws", "1000000", "--chains", "1"));
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void The_input_is_not_overwritten()
    {
        var data = _model.Write("data.csv", "a,b,c\n1,,3\n");
        Assert.Equal(2, _console.Run("impute", "--model", _model.Path, "--data", data, "--out", data));
        Assert.Contains("--data and --out both name", _console.Messages, StringComparison.Ordinal);
        Assert.Equal("a,b,c\n1,,3\n", File.ReadAllText(data));
    }

    [Fact]
    public async Task Interruption_ends_with_130_and_writes_nothing()
    {
        var data = _model.Write("data.csv", "a,b,c\n1,,3\n");
        var run = Task.Run(() =>
            _console.Run(
                "impute", "--model", _model.Path, "--data", data, "--out", _model.File("out.csv"), "--draws", "1000000", "--chains", "1"));
        var folder = Path.GetDirectoryName(_model.Path)!;
        Assert.True(SpinWait.SpinUntil(() => Directory.EnumerateFiles(folder, $".missbgm-{Environment.ProcessId}-*.tmp").Any(), TimeSpan.FromSeconds(30)));
        _console.Interrupt();
        Assert.Equal(130, await run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("cancelled", _console.Messages, StringComparison.Ordinal);
        Assert.Equal(["data.csv", "model"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_computation_that_leaves_the_finite_numbers_ends_with_4()
    {
        using var model = new TestModel(TestModel.LinearGaussian(new[,] { { 1e30 }, { 1e30 } }, [0, 0], [1, 1]), 1, TestModel.Columns(2), Short);
        var data = model.Write("data.csv", "a,b\n1,\n");
        Assert.Equal(4, _console.Run("impute", "--model", model.Path, "--data", data, "--out", model.File("out.csv")));
        Assert.Contains("Data row 0", _console.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(model.File("out.csv")));
    }
}
