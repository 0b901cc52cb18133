using System.Text.RegularExpressions;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>What becomes of failures, in either program.</summary>
public sealed partial class CommandLineHostTests : IDisposable
{
    private readonly TestConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void What_nobody_foresaw_is_one_sentence_and_its_details_are_in_a_file()
    {
        Assert.Equal(1, Run("break", "--how", "unexpected"));
        var sentence = Assert.Single(_console.Messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var match = Sentence().Match(sentence);
        Assert.True(match.Success, sentence);
        var details = File.ReadAllText(match.Groups[1].Value);
        File.Delete(match.Groups[1].Value);
        Assert.Contains("   at ", details, StringComparison.Ordinal);
        Assert.Contains("of two lines", details, StringComparison.Ordinal);
        Assert.Empty(_console.Output);
    }

    [Theory]
    [InlineData("input", 2, "error: a")]
    [InlineData("bundle", 3, "error: b")]
    [InlineData("numbers", 4, "error: c")]
    [InlineData("disk", 2, "error: No space left on device.")]
    [InlineData("cancelled", 130, "cancelled: half of it was written.")]
    public void What_was_foreseen_has_an_exit_code_of_its_own(string how, int exitCode, string message)
    {
        Assert.Equal(exitCode, Run("break", "--how", how));
        Assert.StartsWith(message, Assert.Single(_console.Messages.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>.NET has a stand-in for bytes that are no character, and would write to a file of that name.</summary>
    [Fact]
    public void A_name_that_is_no_UTF8_is_refused()
    {
        Assert.Equal(2, Run("break", "--how", "a\uFFFD.csv"));
        Assert.Contains("'a\uFFFD.csv' on the command line is not UTF-8", _console.Messages, StringComparison.Ordinal);
    }

    private int Run(params string[] args) => CommandLineHost.Run<Program>(args, _console, CancellationToken.None);

    [GeneratedRegex(
        @"^error: testing [\d.]+ came upon something it does not know \(InvalidOperationException: A message\); "
        + @"the details are in (.+\.log): please report it with that file\.$")]
    private static partial Regex Sentence();

    [Command(Name = "testing")]
    [Subcommand(typeof(Break))]
    private sealed class Program
    {
    }

    [Command("break")]
    private sealed class Break : CommandBase
    {
        [Option("--how <HOW>", "How to fail.", CommandOptionType.SingleValue)]
        public string How { get; set; } = "";

        protected override string LeftBehind => "half of it was written";

        protected override void Run(Terminal terminal, CancellationToken cancellation) => throw How switch
        {
            "input" => new UserInputException("a"),
            "bundle" => new BundleException("b"),
            "numbers" => new NumericalException("c"),
            "disk" => new IOException("No space left on device."),
            "cancelled" => new OperationCanceledException(),
            _ => new InvalidOperationException("A message\nof two lines"),
        };
    }
}
