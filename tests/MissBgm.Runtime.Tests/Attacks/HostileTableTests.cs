using System.Globalization;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Runtime.Tests.Models.Pfn;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>The tables of <c>tests/attacks/tables</c>: each is imputed, or refused in the sentence that <c>tables.tsv</c> says.</summary>
public sealed class HostileTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-attack-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, int, string> Attacks
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var line in Corpus.Lines("tables.tsv")) data.Add(line[0], int.Parse(line[1], CultureInfo.InvariantCulture), line[2]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_table_is_imputed_or_refused_in_a_sentence(string name, int code, string says)
    {
        using var console = new TestConsole();
        var output = Path.Combine(_folder, "out.csv");
        var found = console.Run(
            "impute", "--model", Nano.Path, "--data", Corpus.Path($"tables/{name}"), "--out", output, "--draws", "4", "--threads", "1",
            "--quiet");
        Assert.True(code == found, $"exit code {found}: {console.Messages}");
        Assert.Contains(says, console.Messages, StringComparison.Ordinal);
        Assert.Equal(code == 0, File.Exists(output));
        Assert.Equal(code == 0 ? 1 : 0, Directory.GetFileSystemEntries(_folder).Length);
    }

    /// <summary>What is refused by its width before names are made of it, and rows that are not counted to the end.</summary>
    [Fact]
    public void A_header_without_end_and_rows_of_another_width_without_end_are_told_soon()
    {
        var wide = Assert.Throws<UserInputException>(() => TableReader.Read(new MemoryStream(Repeated("", ",", 2_000_000)), "wide"));
        Assert.Contains("wide: the header has 2000001 fields, and at most 1000000 columns are read", wide.Message, StringComparison.Ordinal);
        var ragged = Assert.Throws<UserInputException>(() => TableReader.Read(new MemoryStream(Repeated("a,b,c\n", ",\n", 300_000)), "ragged"));
        Assert.Contains("and 99995 more such rows up to there", ragged.Message, StringComparison.Ordinal);
    }

    private static byte[] Repeated(string start, string part, int times) =>
        System.Text.Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(part, times)));

    [Fact]
    public void Every_table_of_the_corpus_is_tried() =>
        Assert.Equal(
            Directory.GetFiles(Corpus.Path("tables")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Corpus.Lines("tables.tsv").Select(line => line[0]).Order(StringComparer.Ordinal));
}
