using System.Runtime.InteropServices;
using MissBgm.Runtime.Files;

namespace MissBgm.CommandLine;

/// <summary>What is said of a failure that nobody foresaw: a sentence, and where the details went.</summary>
internal static class UnexpectedFault
{
    /// <summary>Exit code of such a failure.</summary>
    internal const int ExitCode = 1;

    /// <summary>Writes the details to a file and names it.</summary>
    internal static string Describe(Exception fault, string program, string version)
    {
        var sentence = $"{program} {version} came upon something it does not know ({fault.GetType().Name}: {FirstLine(fault.Message)})";
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"{program}-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
            File.WriteAllText(
                path,
                $"{program} {version}, {RuntimeInformation.FrameworkDescription}, "
                + $"{RuntimeInformation.OSDescription}\n{string.Join(' ', Environment.GetCommandLineArgs())}\n\n{fault}\n");
            return $"{sentence}; the details are in {path}: please report it with that file.";
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            return $"{sentence}; the details could not be written ({e.Message}).";
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
