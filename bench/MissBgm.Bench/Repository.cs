using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MissBgm.Bench;

/// <summary>Where the benchmarks stand, and what they run on.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The commit that is checked out; "+" says that files differ from it.</summary>
    public static string Commit { get; } = Git("rev-parse --short HEAD")
        + (Git("status --porcelain --untracked-files=no -- runtime exporter trainer configs").Length > 0 ? "+" : "");

    /// <summary>Processor, cores and system.</summary>
    public static string Machine { get; } =
        $"{Processor()} x {Environment.ProcessorCount}; {RuntimeInformation.OSDescription}; .NET {Environment.Version}".Replace(',', ' ');

    /// <summary>A path within the repository.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "MissBgm.Toolchain.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The benchmarks must run from within the repository.");
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Git(string arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return output;
    }
}
