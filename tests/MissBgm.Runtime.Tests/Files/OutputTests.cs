using System.Diagnostics;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tests.Files;

public sealed class OutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-outputs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Place(string name) => Path.Combine(_folder, name);

    private static string Failure(Action work) => Assert.Throws<UserInputException>(work).Message;

    private static void Write(string path, string text)
    {
        using var output = new OutputFile(path);
        output.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        output.Commit();
    }

    [Fact]
    public void An_output_appears_only_when_committed()
    {
        File.WriteAllText(Place("out.csv"), "old");
        using (var output = new OutputFile(Place("out.csv"))) output.Stream.WriteByte(1);
        Assert.Equal("old", File.ReadAllText(Place("out.csv")));
        Write(Place("out.csv"), "new");
        Assert.Equal("new", File.ReadAllText(Place("out.csv")));
        Assert.Equal([Place("out.csv")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Folders_are_made_and_go_again_with_an_output_that_is_given_up()
    {
        using (var files = new OutputTransaction())
        {
            files.Open(Place("a/b/one.csv"));
            files.Open(Place("a/b/two.csv"));
        }

        Assert.False(Directory.Exists(Place("a")));
        Write(Place("a/b/out.csv"), "x");
        Assert.Equal("x", File.ReadAllText(Place("a/b/out.csv")));
    }

    [Fact]
    public void A_symbolic_links_target_is_replaced_and_not_the_link()
    {
        File.WriteAllText(Place("target.csv"), "old");
        File.CreateSymbolicLink(Place("inner.csv"), "target.csv");
        File.CreateSymbolicLink(Place("link.csv"), Place("inner.csv"));
        Write(Place("link.csv"), "new");
        Assert.Equal(("new", "inner.csv"), (File.ReadAllText(Place("target.csv")), Path.GetFileName(new FileInfo(Place("link.csv")).LinkTarget!)));
        File.CreateSymbolicLink(Place("circle.csv"), "circle.csv");
        Assert.Contains("leads in a circle", Failure(() => new OutputFile(Place("circle.csv")).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fifo_is_written_through()
    {
        Process.Start("mkfifo", Place("fifo")).WaitForExit();
        using var reader = Process.Start(new ProcessStartInfo("cat", [Place("fifo")]) { RedirectStandardOutput = true })!;
        Write(Place("fifo"), "through");
        Assert.Equal("through", reader.StandardOutput.ReadToEnd());
        Assert.Equal(PathKind.Stream, Posix.Kind(Place("fifo")));
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_it_quietly()
    {
        Process.Start("mkfifo", Place("fifo")).WaitForExit();
        using var reader = Process.Start("head", ["-c", "1", Place("fifo")]);
        using var output = new OutputFile(Place("fifo"));
        for (var i = 0; i < 100; i++) output.Stream.Write(new byte[1 << 16]);
        output.Commit();
    }

    [Fact]
    public void A_device_stays_a_device()
    {
        Write("/dev/null", "x");
        Assert.Equal(PathKind.Stream, Posix.Kind("/dev/null"));
        Assert.StartsWith("/dev/full cannot be written: no space is left on the disk", Failure(() => Write("/dev/full", "x")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_said_so_and_changes_nothing()
    {
        File.WriteAllText(Place("one.csv"), "old");
        using (var files = new OutputTransaction())
        {
            files.Open(Place("one.csv")).Stream.Write("new"u8);
            files.Open("/dev/full").Stream.Write([]);
            Assert.Contains("/dev/full cannot be written", Failure(() =>
            {
                files.Open("/dev/full").Stream.Write("x"u8);
                files.Commit();
            }), StringComparison.Ordinal);
        }

        Assert.Equal("old", File.ReadAllText(Place("one.csv")));
        Assert.Equal([Place("one.csv")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Files_that_belong_together_appear_together_or_not_at_all()
    {
        File.WriteAllText(Place("one.csv"), "old");
        using (var files = new OutputTransaction())
        {
            files.Open(Place("one.csv")).Stream.Write("new"u8);
            files.Open(Place("two.csv")).Stream.Write("new"u8);
            files.Open(Place("three.csv")).Stream.Write("new"u8);
            // Someone puts a folder into the last place meanwhile.
            Directory.CreateDirectory(Place("three.csv"));
            Assert.Contains("Nothing has changed", Failure(files.Commit), StringComparison.Ordinal);
        }

        Assert.Equal("old", File.ReadAllText(Place("one.csv")));
        Assert.Equal([Place("one.csv"), Place("three.csv")], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_killed_process_left_is_cleared_and_what_a_living_one_writes_is_not()
    {
        using var sleeper = Process.Start("sleep", "60");
        // A process that has a dead one's number began after the dead one wrote; of this one's own files, those are meant that it did not make.
        var dead = new[] { Place(".missbgm-999999999-1.tmp"), Place($".missbgm-{sleeper.Id}-1.tmp"), Place($".missbgm-{Environment.ProcessId}-999.tmp") };
        var living = Place($".missbgm-{sleeper.Id}-2.tmp");
        foreach (var path in dead.Append(living)) File.WriteAllText(path, "x");
        File.SetLastWriteTimeUtc(dead[1], DateTime.UtcNow.AddHours(-1));
        using var open = new OutputFile(Place("other.csv"));
        Write(Place("out.csv"), "x");
        sleeper.Kill();
        Assert.DoesNotContain(dead, File.Exists);
        Assert.True(File.Exists(living));
        Assert.Single(Directory.GetFiles(_folder, $".missbgm-{Environment.ProcessId}-*"));
    }

    [Fact]
    public void A_locked_temporary_of_a_process_unknown_here_is_left_alone()
    {
        // As of another container that shares the folder.
        var other = Place(".missbgm-999999998-1.tmp");
        using var held = new FileStream(other, FileMode.Create, FileAccess.Write, FileShare.None);
        Write(Place("out.csv"), "x");
        Assert.True(File.Exists(other));
    }

    [Theory]
    [InlineData("", "empty path")]
    [InlineData("/", "is a folder")]
    [InlineData("/proc/nowhere/out.csv", "cannot be written")]
    public void Places_that_cannot_be_written_are_refused_at_once(string path, string message) =>
        Assert.Contains(message, Failure(() => new OutputFile(path).Dispose()), StringComparison.Ordinal);

    [Fact]
    public void A_file_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(Place("out.csv"), "old");
        File.SetUnixFileMode(Place("out.csv"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(Place("out.csv"), "new");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place("out.csv")));
    }

    [Fact]
    public void A_path_may_be_as_long_as_the_file_system_lets_it()
    {
        var name = new string('n', 251) + ".csv";
        Write(Place(name), "x");
        Assert.True(File.Exists(Place(name)));
        Assert.Contains("cannot be written", Failure(() => Write(Place("n" + name), "x")), StringComparison.Ordinal);
    }
}
