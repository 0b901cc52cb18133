using System.Diagnostics;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Files;

public sealed class TelemetryTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("missbgm-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    // A run that opens the network's graphs, in a home of its own.
    private string Run(string program, params string[] before)
    {
        var data = Path.Combine(_home, "t.csv");
        File.WriteAllText(data, "a,b,c\n1,2,3\n2,,4\n3,4,5\n4,5,\n5,6,7\n");
        string[] command =
        [
            .. before, "dotnet", Checkout.Built("runtime/MissBgm.Runtime.Cli", "missbgm.dll"), "impute", "--model", Models.Pfn.Nano.Path, "--data",
            data, "--out", Path.Combine(_home, "o.csv"), "--draws", "4", "--quiet",
        ];
        var start = new ProcessStartInfo(program, command[(before.Length == 0 ? 1 : 0)..])
        {
            WorkingDirectory = _home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _home;
        start.Environment["XDG_CACHE_HOME"] = "";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        using var process = Process.Start(start)!;
        var messages = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, messages.Result);
        return messages.Result;
    }

    [Fact]
    public void A_run_leaves_nothing_in_the_home_folder_and_prints_nothing_of_ONNX_Runtime()
    {
        Assert.Equal("", Run("dotnet"));
        Assert.Equal(["o.csv", "t.csv"], Directory.EnumerateFiles(_home, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_run_makes_no_connection_and_looks_up_no_name()
    {
        if (!File.Exists("/usr/bin/strace")) return;
        var log = Path.Combine(Path.GetTempPath(), $"missbgm-strace-{Environment.ProcessId}.log");
        Run("strace", "-f", "-qq", "-e", "trace=socket,connect,openat", "-o", log);
        var calls = File.ReadAllLines(log);
        File.Delete(log);
        Assert.Contains(calls, call => call.Contains("onnxruntime", StringComparison.Ordinal));
        Assert.DoesNotContain(
            calls,
            call => call.Contains("AF_INET", StringComparison.Ordinal) || call.Contains(
                "resolv.conf", StringComparison.Ordinal) || call.Contains("DeveloperTools", StringComparison.Ordinal));
    }
}
