using System.Diagnostics;
using System.Text.RegularExpressions;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>
/// The program compiled ahead of time, which tests/setup.sh builds, beside this one: the same command lines give the same exit codes, texts
/// and files. Its libraries work by reflection, which only running it can tell to be whole.
/// </summary>
public sealed partial class NativeProgramTests : IDisposable
{
    private static readonly string Program = Checkout.PathOf("bin", "native", "missbgm");

    private readonly TestConsole _console = new();
    private readonly TestModel _model = new(
        TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2), new InferenceSettings { Draws = 120, BurnIn = 40, Chains = 4 });

    public NativeProgramTests()
    {
        File.Copy(Checkout.PathOf("tests", "attacks", "tables", "names-as-values.csv"), _model.File("names.csv"));
        _model.Write("data.csv", "a,b,c\n9,,8\n,10,11\n12,9,\n8,11,10\n10,10.5,\n");
        _model.Write("truth.csv", "a,b,c\n9,9.5,8\n11,10,11\n12,9,10\n8,11,10\n10,10.5,9\n");
    }

    public void Dispose()
    {
        _console.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("")]
    [InlineData("impute --help")]
    [InlineData("predict --help")]
    [InlineData("inspect --help")]
    [InlineData("evaluate --help")]
    [InlineData("report --help")]
    [InlineData("plot --help")]
    [InlineData("analyse --help")]
    [InlineData("pool --help")]
    [InlineData("merge --help")]
    [InlineData("sensitivity --help")]
    [InlineData("completion bash")]
    [InlineData("completion fish")]
    [InlineData("imput")]
    [InlineData("impute --mdel x")]
    [InlineData("impute")]
    [InlineData("impute --model {model} --data {data.csv} --out {out} --draws many")]
    [InlineData("impute --model {model} --data {data.csv} --out {out} --sampler gibbs")]
    [InlineData("impute --model {model} --data {no.csv} --out {out} --log json")]
    [InlineData("impute --model {no} --data {data.csv} --out {out}")]
    [InlineData("impute --model {model} --data {names.csv} --out {out}")]
    [InlineData("inspect --model {model}")]
    [InlineData("inspect --model {model} --json")]
    [InlineData("inspect --model models/pfn-nano --json")]
    [InlineData("impute --model {model} --data {data.csv} --out {out} --intervals {cells} --draws-out {draws} --threads 1")]
    [InlineData("impute --model {model} --data {data.csv} --out {out} --sampler paper --draws 20 --json --verbose")]
    [InlineData("impute --model {model} --data {data.csv} --out {out} --map-only --report {page} --quiet")]
    [InlineData("impute --model models/pfn-nano --data {data.csv} --out {out} --draws 8 --alpha 0.1 --seed 7 --device cpu")]
    [InlineData("plot --kind distribution --model {model} --data {data.csv} --draws 20 --out {picture.svg}")]
    [InlineData("sensitivity --model {model} --data {data.csv} --out {out} --parameter rho")]
    [InlineData("analyse --formula a~b --family gaussian --model {model} --data {data.csv} --multiple 4 --out {terms} --json")]
    [InlineData("analyse --formula a~b --model {model} --data {data.csv} --multiple 4 --family poisson")]
    public void A_command_line_gives_what_it_gives_here(string line)
    {
        var (here, there) = (Run(line, "here", RunHere), Run(line, "away", RunThere));
        Assert.Equal(here.ExitCode, there.ExitCode);
        Assert.Equal(here.Messages, there.Messages);
        Assert.Equal(here.Output, there.Output);
        Assert.Equal(here.Files.Keys, there.Files.Keys);
        Assert.All(here.Files, file => Assert.Equal(file.Value, there.Files[file.Key]));
    }

    [Fact]
    public void Tables_of_all_formats_are_read_and_written()
    {
        string[] files = ["data.csv", "t.parquet", "t.arrow", "t.csv.gz", "t.csv.zst", "t.csv"];
        foreach (var (from, to) in files.Zip(files[1..]))
        {
            var ended = RunThere(["impute", "--map-only", "--model", _model.Path, "--data", _model.File(from), "--out", _model.File(to), "--quiet"]);
            Assert.True(ended.ExitCode == 0, $"{from} to {to}: {ended.Messages}");
        }

        Assert.Equal(0, _console.Run("impute", "--map-only", "--model", _model.Path, "--data", _model.File("data.csv"), "--out", _model.File("own.csv")));
        Assert.Equal(Cells("own.csv"), Cells("t.csv"));
    }

    [Fact]
    public void A_PNG_is_refused_in_a_sentence()
    {
        var ended = RunThere(["plot", "--kind", "missing", "--data", _model.File("data.csv"), "--out", _model.File("p.png")]);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("Write an .svg.", ended.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.File("p.png")));
    }

    private string[] Cells(string file) =>
        [.. File.ReadAllText(_model.File(file)).Split([',', '\n']).Select(cell => double.TryParse(cell, out var number) ? $"{number:0.0000}" : cell)];

    // Every file is in a folder of its own, so that the two do not meet.
    private Ended Run(string line, string side, Func<string[], (int, string, string)> run)
    {
        var folder = Directory.CreateDirectory(_model.File(side)).FullName;
        string Place(string name) => name == "model" ? _model.Path : File.Exists(_model.File(name)) ? _model.File(name) : Path.Combine(folder, name);
        string Argument(string word) => word.StartsWith("models/", StringComparison.Ordinal)
            ? Checkout.PathOf(word)
            : Placeholder().Replace(word, match => Place(match.Groups[1].Value));
        var (exitCode, output, messages) = run([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Argument)]);
        string Same(string text) => Seconds().Replace(text.Replace(folder, "", StringComparison.Ordinal), "$1");
        return new Ended(
            exitCode, Same(output), Same(messages),
            new(Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Same(File.ReadAllText(file))), StringComparer.Ordinal));
    }

    private (int ExitCode, string Output, string Messages) RunHere(string[] args)
    {
        using var console = new TestConsole();
        return (console.Run(args), console.Output, console.Messages);
    }

    private static (int ExitCode, string Output, string Messages) RunThere(string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var messages = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, messages.Result);
    }

    private sealed record Ended(int ExitCode, string Output, string Messages, SortedDictionary<string, string> Files);

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Placeholder();

    // What the clock says: seconds, the time of a message, a report's date, and how progress is told.
    [GeneratedRegex(@"(seconds""?:? +)[\d.]+|""time"":""[^""]+""|\d{4}-\d\d-\d\d[ T]\d\d:\d\d[:\d.]*Z?|imputing[^\n]*\n")]
    private static partial Regex Seconds();
}
