using System.Text.Json;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public sealed class AnalyseCommandTests : IDisposable
{
    private const string Data = "a,b\n1,2\n,3\n2,1\n4,\n,5\n3,2\n2.5,3.5\n";
    private readonly TestConsole _console = new();
    private readonly TestModel _model = TestModel.OfTwoColumns();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    [Fact]
    public void Imputing_at_once_gives_what_the_files_of_multiple_imputation_give()
    {
        var data = _model.Write("data.csv", Data);
        Assert.Equal(
            0,
            _console.Run(
                "impute", "--model", _model.Path, "--data", data, "--out", _model.File("c.csv"), "--multiple", "4", "--multiple-dir",
                _model.File("d")));
        Assert.Equal(0, _console.Run("analyse", "--formula", "a ~ b", "--multiple-dir", _model.File("d"), "--out", _model.File("files.csv")));
        Assert.Equal(
            0,
            _console.Run(
                "analyse", "--formula", "a ~ b", "--model", _model.Path, "--data", data, "--multiple", "4", "--out",
                _model.File("once.csv")));
        var lines = File.ReadAllLines(_model.File("files.csv"));
        Assert.Equal("term,estimate,std_error,statistic,df,p_value,lower,upper,fraction_missing", lines[0]);
        Assert.Equal(["(Intercept)", "b"], lines.Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal(lines, File.ReadAllLines(_model.File("once.csv")));
    }

    [Fact]
    public void Results_come_as_json_and_as_ratios()
    {
        for (var i = 1; i <= 2; i++) _model.Write($"imputation_{i}.csv", $"y,x\nyes,1\nno,2\nyes,3\nno,4\nyes,{i}\nno,2.5\n");
        Assert.Equal(0, _console.Run("analyse", "--json", "--formula", "y ~ x", "--family", "binomial", "--multiple-dir", Path.GetDirectoryName(_model.Path)!));
        using var json = JsonDocument.Parse(_console.Output);
        Assert.Equal(2, json.RootElement.GetProperty("terms").GetArrayLength());
        Assert.Equal("yes", json.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(
            0,
            _console.Run(
                "analyse", "--exponentiate", "--formula", "y ~ x", "--family", "binomial", "--multiple-dir",
                Path.GetDirectoryName(_model.Path)!));
        Assert.Contains("odds ratio", _console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing to analyse")]
    [InlineData("no such folder", "--multiple-dir", "nowhere")]
    [InlineData("holds no imputation_1.csv", "--multiple-dir", ".")]
    [InlineData("imputed already", "--multiple-dir", ".", "--model", "m")]
    [InlineData("--alpha is 2", "--model", "m", "--data", "d", "--alpha", "2")]
    [InlineData("--exponentiate is of logarithms", "--model", "m", "--data", "d", "--exponentiate")]
    [InlineData("Invalid value specified for family", "--model", "m", "--data", "d", "--family", "gamma")]
    public void Bad_input_is_a_sentence(string part, params string[] arguments)
    {
        Assert.Equal(2, _console.Run(["analyse", "--formula", "y ~ x", .. arguments]));
        Assert.Contains(part, _console.Messages, StringComparison.OrdinalIgnoreCase);
    }
}
