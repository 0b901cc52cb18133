using System.Text.Json;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>Messages have two lines of a terminal at most, unless they are asked for whole or as JSON.</summary>
public sealed class MessageLogTests : IDisposable
{
    private const int Room = MessageLog.Lines * MessageLog.Width;
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"));
    private readonly TestConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void A_long_note_is_cut_at_a_word_and_says_how_to_see_the_rest()
    {
        var shortened = MessageLog.Shortened($"note: {Long}");
        Assert.EndsWith(" ... (--verbose)", shortened, StringComparison.Ordinal);
        var lines = MessageLog.InLines(shortened, MessageLog.Width).Split(Environment.NewLine);
        Assert.InRange(lines.Length, 1, MessageLog.Lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, MessageLog.Width));
        Assert.StartsWith(shortened[..^16], $"note: {Long}", StringComparison.Ordinal);
        Assert.Equal("short", MessageLog.Shortened("short"));
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("/a/path/without/any/space and more", 10, "/a/path/without/any/space|and more")]
    [InlineData("unbreakable", 5, "unbreakable")]
    [InlineData("", 5, "")]
    public void Lines_end_where_words_do(string text, int width, string lines) =>
        Assert.Equal(lines, MessageLog.InLines(text, width).Replace(Environment.NewLine, "|", StringComparison.Ordinal));

    [Fact]
    public void Verbose_messages_are_whole_and_json_messages_are_objects()
    {
        new MessageLog(_console, verbose: true).Write("note", Long);
        Assert.Equal($"note: {Long}", _console.Messages.Trim());
        new MessageLog(_console, LogFormat.Json).Write("warning", $"{Long} 'é' \"x\"");
        new MessageLog(_console, LogFormat.Json).Error("broken");
        var objects = _console.Messages.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["warning", "error"], objects.Select(o => o.GetProperty("level").GetString()));
        Assert.Equal($"{Long} 'é' \"x\"", objects[0].GetProperty("message").GetString());
        Assert.Equal(DateTimeKind.Utc, objects[1].GetProperty("time").GetDateTime().Kind);
    }

    [Fact]
    public void A_failure_is_json_too_where_json_is_asked_for()
    {
        Assert.Equal(3, _console.Run("inspect", "--model", "/no/such/model", "--log", "json"));
        Assert.Equal("error", JsonDocument.Parse(_console.Messages).RootElement.GetProperty("level").GetString());
        Assert.Contains("/no/such/model", _console.Messages, StringComparison.Ordinal);
    }

    /// <summary>What stands in messages can have any length; what messages list has not.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(400)]
    public void What_is_said_of_many_columns_fits_two_lines(int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"a column of the survey {i}")];
        var carried = names.Select((name, i) => new CarriedColumn(name, (CarriedReason)(i % 2))).ToArray();
        Assert.InRange($"note: {CarriedSentence.Describe(carried)}".Length, 1, Room);
        var listed = Listing.Of(names, name => $"'{name}'");
        Assert.InRange(listed.Length, 1, 120);
        Assert.True(count == 1 || listed.EndsWith($" and {count - listed.Split(", ").Length} more", StringComparison.Ordinal), listed);
    }

    [Theory]
    [InlineData(Mechanism.Ignorable)]
    [InlineData(Mechanism.Self)]
    [InlineData(Mechanism.Selection)]
    public void What_was_chosen_is_said_in_two_lines(Mechanism chosen)
    {
        var column = new ColumnEvidence("income", 0.2, 0.0, 0.0, 0.0);
        foreach (var forced in new[] { false, true })
        {
            var evidence = new MechanismEvidence
            {
                Chosen = chosen,
                Forced = forced,
                SharedCorrelation = false,
                SharedRho = 0,
                Selection = new SelectionTest(0, 0, 0, 0),
                SharedSelection = new SelectionTest(0, 0, 0, 0),
                Columns = [column],
                Ignorable = [.. Enumerable.Range(0, forced ? 50 : 0).Select(i => $"colour=shade {i}")],
            };
            Assert.InRange($"note: {EvidenceSentence.Summarise(evidence)}".Length, 60, Room - 20);
        }

        var generator = new GeneratorEvidence
        {
            Fits = [.. new[] { 1, 2, 4, 8, 16 }.Select(size => new GeneratorFit(size, 0.2, 0.7))],
            HiddenCells = 5000,
            LinearError = 0.7,
            AverageError = 0.6,
            ParameterDraws = 20,
        };
        Assert.InRange($"note: {GeneratorSentence.Summarise(generator)}".Length, 60, Room - 20);
    }
}
