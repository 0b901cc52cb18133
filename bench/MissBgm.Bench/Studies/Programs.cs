using System.Diagnostics;

namespace MissBgm.Bench.Studies;

/// <summary>The two programs, as a user has them.</summary>
internal static class Programs
{
    private const int PollMilliseconds = 20;

    /// <summary>Runs one of them; returns its processor time in seconds.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static double Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Repository.Path("bin", program), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var (errors, output, seconds) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync(), 0.0);
        while (!process.WaitForExit(PollMilliseconds)) seconds = Used(process) ?? seconds;
        output.Wait();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {errors.Result}");
        return seconds;
    }

    // Linux tells a process's time only while it lives.
    private static double? Used(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
