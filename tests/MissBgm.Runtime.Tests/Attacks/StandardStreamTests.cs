using System.Diagnostics;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Programs whose standard streams are closed, full or read to the first line only: the work goes on and ends well.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    public static TheoryData<string, int> Streams => new()
    {
        { ">&-", 0 }, { "2>&-", 0 }, { ">&- 2>&-", 0 }, { "<&- >&- 2>&-", 0 }, { "2>/dev/full", 0 }, { ">/dev/full", 2 },
        { "| head -n 1 >/dev/null", 0 }, { "| true", 0 }, { "2>&1 | true", 0 },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Whatever_became_of_the_standard_streams_the_table_is_imputed(string redirection, int code)
    {
        var output = Path.Combine(_bundle.Folder, "out.csv");
        var found = Shell(
            $"impute --model '{_bundle.Path}' --data '{_bundle.Data}' --out '{output}' --draws 5 --burn-in 0 --chains 2 --threads 1",
            redirection);
        Assert.Equal(code, found);
        Assert.StartsWith("a,b,c,d\n1,2,no,red\n", File.ReadAllText(output), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_bundle.Folder, ".missbgm-*"));
    }

    [Theory]
    [InlineData("impute --model '{0}' --data '{1}' --out - --draws 5 --burn-in 0 --threads 1", ">&-")]
    [InlineData("impute --model '{0}' --data - --out '{1}.out' --draws 5 --burn-in 0 --threads 1", "<&-")]
    public void A_closed_stream_that_is_to_be_used_is_refused(string arguments, string redirection) =>
        Assert.Equal(2, Shell(string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, _bundle.Path, _bundle.Data), redirection));

    [Theory]
    [InlineData("mkdir gone; cd gone; rmdir ../gone", "the current folder has been removed")]
    [InlineData("mkdir $'\\xff'; cd $'\\xff'", "is not UTF-8, which names of files must be")]
    public void A_folder_that_is_gone_or_has_no_name_is_told(string prepare, string says)
    {
        var inspect = $"{AttackRuns.ShellProgram} inspect --model '{_bundle.Path}'";
        var command = $"cd '{_bundle.Folder}'; {prepare}; {inspect}; code=$?; cd '{_bundle.Folder}'; rmdir $'\\xff' 2> /dev/null; exit $code";
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 2, $"{process.ExitCode}: {messages}");
        Assert.Contains(says, messages, StringComparison.Ordinal);
    }

    /// <summary>Where .NET itself starts and hardly a file more may be open, that is told.</summary>
    [Theory]
    [InlineData(72)]
    [InlineData(64)]
    [InlineData(56)]
    public void Too_few_open_files_are_told(int most)
    {
        var command = $"ulimit -n {most}; {AttackRuns.ShellProgram} inspect --model '{_bundle.Path}'";
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        // How many files .NET needs differs.
        if (most >= 64 && process.ExitCode == 0) return;
        Assert.True(process.ExitCode == 2, $"{process.ExitCode}: {messages}");
        Assert.StartsWith("error: ", messages, StringComparison.Ordinal);
        Assert.Contains("ulimit -n 256", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_address_space_is_told()
    {
        var command = $"ulimit -v 2000000; {AttackRuns.ShellProgram} inspect --model '{_bundle.Path}'";
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 2, $"{process.ExitCode}: {messages}");
        Assert.StartsWith("error: 1953 MB of address space may be used", messages, StringComparison.Ordinal);
    }

    // The program's own exit code, whatever it is piped into.
    private static int Shell(string arguments, string redirection)
    {
        var command = $"set -o pipefail; {AttackRuns.ShellProgram} {arguments} {redirection}";
        using var process = Process.Start(
            new ProcessStartInfo(
                "bash", ["-c", redirection.Contains('|', StringComparison.Ordinal) ? command + "; exit ${PIPESTATUS[0]}" : command]))!;
        Assert.True(process.WaitForExit(60_000), "it hangs");
        return process.ExitCode;
    }
}
