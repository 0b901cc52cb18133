using System.Diagnostics;

namespace MissBgm.Trainer.Tests.Tensors;

/// <summary><c>trainer/native/prepare.sh</c>, which fits TorchSharp's native library to the system.</summary>
public sealed class NativeLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string TorchSharpNative => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void A_libtorch_that_is_not_there_is_named()
    {
        var (exitCode, message) = Prepare(Environment.GetEnvironmentVariable("PATH")!, "/nowhere/torch");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("LIBTORCH is '/nowhere/torch', and there is no lib/libtorch_cpu.so in it", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tool_is_named_and_nothing_is_left_behind()
    {
        // All that the script calls, but patchelf, which LIBTORCH always needs.
        var tools = Directory.CreateDirectory(Path.Combine(_folder.Root, "tools")).FullName;
        string[] needed =
        [
            "bash", "dirname", "basename", "mktemp", "rm", "sed", "head", "grep", "cp", "chmod", "mv", "g++", "readelf", "cut", "sort",
            "ld", "as",
        ];
        foreach (var tool in needed)
        {
            if (Find(tool) is { } path) File.CreateSymbolicLink(Path.Combine(tools, tool), path);
        }

        var (exitCode, message) = Prepare(tools, "/nowhere/torch");

        Assert.NotEqual(0, exitCode);
        Assert.Matches("(g\\+\\+|patchelf|readelf) is missing.*apt-get install", message);
        Assert.Equal([tools], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void The_original_is_never_touched()
    {
        var before = File.GetLastWriteTimeUtc(TorchSharpNative);
        var length = new FileInfo(TorchSharpNative).Length;

        Prepare(Environment.GetEnvironmentVariable("PATH")!, "");

        Assert.Equal((before, length), (File.GetLastWriteTimeUtc(TorchSharpNative), new FileInfo(TorchSharpNative).Length));
    }

    public void Dispose() => _folder.Dispose();

    private static string? Find(string tool)
        => Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private (int ExitCode, string Message) Prepare(string path, string libtorch)
    {
        var start = new ProcessStartInfo(
            "/bin/bash",
            [RepositoryFiles.PathOf("trainer", "native", "prepare.sh"), TorchSharpNative, Path.Combine(_folder.Root, "out"), libtorch])
        {
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var message = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, message);
    }
}
