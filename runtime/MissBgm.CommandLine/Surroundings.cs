namespace MissBgm.CommandLine;

/// <summary>Where a program is started, and with what words: names of files are to mean what they say.</summary>
internal static class Surroundings
{
    // .NET puts it where bytes are no character, so that another file would be meant.
    private const char StandIn = '\uFFFD';

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
