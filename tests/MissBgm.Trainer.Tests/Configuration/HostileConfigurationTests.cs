using MissBgm.Runtime;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Configuration;

/// <summary>Configurations that would hang, end the process or fill the memory of whoever reads them.</summary>
public sealed class HostileConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Texts => new()
    {
        { "a: " + new string('[', 100_000), "more than 64 levels" },
        { string.Concat(Enumerable.Repeat("- ", 100_000)) + "x", "more than 64 levels" },
        { string.Concat(Enumerable.Repeat("{a: ", 100_000)), "more than 64 levels" },
        { string.Concat(Enumerable.Repeat("? ", 100_000)), "more than 64 levels" },
        { "a: &a [1, 2]\nb: [*a, *a]\n", "*a stands for another value" },
        { "a: &a [*a]\n", "*a stands for another value" },
        { "? &a {*a : 1}\n: 2\n", "*a stands for another value" },
        { "a: " + new string('x', 2 << 20), "is longer than 1 MB" },
        { "\0\0\0", "is no text" },
        { "a: 1\n---\nb: 2\n", "must hold one YAML mapping" },
        { "!!binary x: 1", "" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_hostile_configuration_is_refused_in_a_sentence(string text, string says)
    {
        var refused = Assert.Throws<UserInputException>(() => FitConfigReader.Read(_folder.Write("config.yaml", text)));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has an empty path")]
    [InlineData("/dev/zero", "is longer than 1 MB")]
    [InlineData("/", "is a folder")]
    [InlineData("/proc/self/mem", "cannot be read")]
    public void What_is_no_file_is_no_configuration(string path, string says) =>
        Assert.Contains(says, Assert.Throws<UserInputException>(() => FitConfigReader.Read(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(_folder.PathOf("config.yaml"), [0x61, 0x3A, 0x20, 0xFF, 0xFE]);
        var refused = Assert.Throws<UserInputException>(() => FitConfigReader.Read(_folder.PathOf("config.yaml")));
        Assert.Contains("is no text in UTF-8", refused.Message, StringComparison.Ordinal);
    }
}
