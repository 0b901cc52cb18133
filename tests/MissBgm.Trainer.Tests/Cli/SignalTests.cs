using System.Diagnostics;
using System.Runtime.InteropServices;
using MissBgm.Runtime.Cli;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>Ctrl-C, a closed terminal and SIGTERM end every command of both programs soon, with exit code 130 and without temporaries.</summary>
[Collection("live tensors")]
public sealed class SignalTests : IDisposable
{
    private const int Interrupt = 2, Hangup = 1, Terminate = 15;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Commands that would go on for long, and what they say.</summary>
    public static TheoryData<string, int, string> Commands => new()
    {
        { "simulate --kind oracle --rows 2000000 --columns 60 --out {0}/simulated", Terminate, "nothing was written" },
        { "prior --show {0}/prior --tasks 1000 --rows 20000", Interrupt, "nothing was written" },
        { "fit --data {0}/long.csv --out {0}/model", Hangup, "nothing was written" },
        { "fit --mechanism paper --data {0}/fifo --out {0}/model", Terminate, "nothing was written" },
        { "pretrain --config {0}/fifo.yaml --out {0}/nano --threads 1", Terminate, "nothing was written" },
        { "pretrain --config {0}/pretrain.yaml --out {0}/nano --threads 1", Interrupt, "nothing was written" },
        { "evaluate --truth {0}/fifo --data {0}/long.csv --cells {0}/long.csv", Interrupt, "nothing was written" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_signal_ends_the_command(string arguments, int signal, string says)
    {
        if (OperatingSystem.IsWindows()) return;
        var rows = Enumerable.Range(0, 400_000).Select(i => $"{i % 97},{i % 89 * 0.5},{(i % 7 == 0 ? "" : "1.5")}\n");
        _folder.Write("long.csv", "a,b,c\n" + string.Concat(rows));
        var config = File.ReadAllText(RepositoryFiles.PathOf("configs", "pfn-nano.yaml"));
        _folder.Write("pretrain.yaml", config.Replace("../data", RepositoryFiles.PathOf("data"), StringComparison.Ordinal));
        Process.Start("mkfifo", [_folder.PathOf("fifo"), _folder.PathOf("fifo.yaml")]).WaitForExit();
        var isRuntime = arguments.StartsWith("evaluate", StringComparison.Ordinal);
        var program = (isRuntime ? typeof(MissBgmApp) : typeof(TrainerApp)).Assembly.Location;
        var line = string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, _folder.Root).Split(' ');
        // A test run in the background inherits ignored signals; env gives the program the terminal's.
        string[] command = ["--default-signal=INT,HUP,TERM", "dotnet", program, .. line];
        var start = new ProcessStartInfo("env", command) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var messages = process.StandardError.ReadToEndAsync();
        WaitForHandlers(process);
        Assert.False(process.HasExited);

        Assert.Equal(0, Kill(process.Id, signal));
        using var patience = new CancellationTokenSource(30_000);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains(says, await messages, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root, ".missbgm-*", SearchOption.AllDirectories));
    }

    // Until the program heeds SIGINT (bit 1 of the signals that are caught), and a while longer, for its work to begin.
    private static void WaitForHandlers(Process process)
    {
        for (var waited = 0; waited < 30_000; waited += 20)
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(status => status.StartsWith("SigCgt:", StringComparison.Ordinal));
            var caught = Convert.ToUInt64(line.Split(':')[1].Trim(), 16);
            // SIGHUP, SIGINT and SIGTERM.
            if ((caught & 0x4003) == 0x4003) break;
            Thread.Sleep(20);
        }

        Thread.Sleep(300);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
