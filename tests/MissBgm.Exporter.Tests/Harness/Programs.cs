using System.Diagnostics;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>Other programs that tests run.</summary>
internal static class Programs
{
    /// <summary>The repository's root folder.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed, or was not there; the message says which set-up installs it.</exception>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}; tests/setup.sh installs what the tests "
                + $"need.\n{errors.Result}");
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "MissBgm.Toolchain.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd('/'))!);
}
