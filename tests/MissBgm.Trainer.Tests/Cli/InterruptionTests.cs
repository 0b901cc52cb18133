using System.Diagnostics;
using System.Runtime.InteropServices;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ctrl_C_keeps_a_checkpoint_and_exits_130()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (model, checkpoint) = (_folder.PathOf("model"), _folder.PathOf("model.checkpoint.npz"));
        var program = typeof(TrainerCommandLine).Assembly.Location;
        // A test run in the background inherits an ignored SIGINT; env gives the program the terminal's.
        using var process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, "fit", "--data", RepositoryFiles.PathOf("data", "wine_mnar20.csv"), "--out", model, "--mechanism", "paper"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var progress = await process.StandardError.ReadLineAsync();
        Assert.StartsWith("warm start", progress);

        Assert.Equal(0, Kill(process.Id, 2));
        var messages = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("--resume", messages);
        Assert.True(File.Exists(checkpoint));
        Assert.False(Directory.Exists(model));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
