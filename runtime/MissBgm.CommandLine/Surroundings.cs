using System.Runtime.CompilerServices;
using MissBgm.Runtime.Files;

namespace MissBgm.CommandLine;

/// <summary>Where a program is started, with what words and within what limits: names of files are to mean what they say.</summary>
internal static class Surroundings
{
    // .NET puts it where bytes are no character, so that another file would be meant.
    private const char StandIn = '\uFFFD';

    // .NET's own parts alone are some fifty files, and it reserves memory of which it uses little; so do its libraries.
    private const ulong FewestFiles = 64;
    private const ulong LeastAddressSpace = 3UL << 30;
    private const int TooManyInProcess = 24, TooManyInSystem = 23;

    /// <summary>How limits are raised, as a shell is told.</summary>
    internal const string RaiseFiles = "ulimit -n 256", RaiseMemory = "ulimit -v 16000000";

    /// <summary>What is said where limits are so narrow that .NET would break on the way; null where they suffice to begin.</summary>
    internal static string? TooLittle() =>
        Posix.Limit(Posix.OpenFiles) is < FewestFiles and var most
            ? $"{most} files may be open, and the program alone needs more; raise the number ({RaiseFiles})."
            : RuntimeFeature.IsDynamicCodeCompiled && Posix.Limit(Posix.AddressSpace) is < LeastAddressSpace and var bytes
                ? $"{bytes >> 20} MB of address space may be used, and .NET reserves more without using it; raise the limit ({RaiseMemory}), "
                    + "and bound the memory that is used in another way (a container, systemd-run -p MemoryMax=1G)."
                : null;

    /// <summary>
    /// Says that a failure comes from a file that could not be opened beside those that are, or from a part of the program that is not
    /// there; null if it does not.
    /// </summary>
    internal static string? LacksFiles(Exception fault)
    {
        for (var e = fault; e is not null; e = e.InnerException)
        {
            if (e is IOException && e.HResult is TooManyInProcess or TooManyInSystem) return "too many files are open";
            var part = e is FileNotFoundException or FileLoadException && e.Message.Contains("file or assembly", StringComparison.Ordinal);
            if (part || e is DllNotFoundException)
            {
                var what = e.Message.Split([", Version", ". ", "\n"], StringSplitOptions.None)[0];
                return $"a part of the program could not be opened ({what}{(part ? "'" : "")})";
            }
        }

        return null;
    }

    /// <summary>What is wrong with them; null for nothing.</summary>
    internal static string? Fault(string[] args)
    {
        if (Array.Find(args, arg => arg.Contains(StandIn, StringComparison.Ordinal)) is { } argument)
        {
            return $"'{argument}' on the command line is not UTF-8, which names of files and columns must be; rename it.";
        }

        try
        {
            var folder = Environment.CurrentDirectory;
            return folder.Contains(StandIn, StringComparison.Ordinal)
                ? $"the name of the current folder, {folder}, is not UTF-8, which names of files must be; rename it, or work in another."
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "the current folder has been removed, or may not be entered; change to another.";
        }
    }
}
