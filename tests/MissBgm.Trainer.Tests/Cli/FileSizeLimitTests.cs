using System.Diagnostics;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>A model that would be longer than the process may write.</summary>
public sealed class FileSizeLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_fit_whose_files_may_not_grow_is_told_and_leaves_nothing()
    {
        if (!OperatingSystem.IsLinux()) return;
        var rows = Enumerable.Range(0, 30).Select(i => $"{i * 7 % 11}.5,{i * 5 % 13}.5,{(i % 4 == 0 ? "" : $"{i}.5")}\n");
        var data = _folder.Write("data.csv", "a,b,c\n" + string.Concat(rows));
        var model = _folder.PathOf("model");
        // .NET keeps the code that it compiles in a file too, unless it is told not to.
        var command = $"ulimit -f 8; dotnet '{typeof(TrainerApp).Assembly.Location}' fit --data '{data}' --out '{model}' --mechanism ignorable --quiet";
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 2, $"exit code {process.ExitCode}: {messages}");
        Assert.Contains(".onnx cannot be written: a file may not grow that long here; it needs", messages, StringComparison.Ordinal);
        Assert.Equal([data], Directory.GetFileSystemEntries(_folder.Root));
    }
}
