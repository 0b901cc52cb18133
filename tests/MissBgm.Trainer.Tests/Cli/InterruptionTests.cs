using System.Diagnostics;
using System.Runtime.InteropServices;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("HUP", 1)]
    public async Task Ctrl_C_and_a_closed_terminal_keep_a_checkpoint_and_exit_130(string name, int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (model, checkpoint) = (_folder.PathOf("model"), _folder.PathOf("model.checkpoint.npz"));
        var program = typeof(TrainerApp).Assembly.Location;
        // A test run in the background inherits ignored signals; env gives the program the terminal's.
        string[] fit =
        [
            "fit", "--data", RepositoryFiles.PathOf("data", "wine_mnar20.csv"), "--out", model, "--config",
            _folder.Write("long.yaml", "mechanism: paper\npaper: {epochs: 20000}\n"),
        ];
        using var process = Process.Start(new ProcessStartInfo("env", [$"--default-signal={name}", "dotnet", program, .. fit])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var progress = await process.StandardError.ReadLineAsync();
        // Where no terminal listens, lines come every few seconds: the first may come after the warm start.
        Assert.Matches("^(warm start|epoch) ", progress);

        Assert.Equal(0, Kill(process.Id, signal));
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
