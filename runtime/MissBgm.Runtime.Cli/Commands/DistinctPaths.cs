namespace MissBgm.Runtime.Cli.Commands;

/// <summary>Inputs and outputs that may not be one and the same file.</summary>
internal static class DistinctPaths
{
    /// <summary>Refuses options that name the same file, or none.</summary>
    /// <exception cref="UserInputException">Two do, or one is empty.</exception>
    internal static void Require(params ReadOnlySpan<(string Option, string? Path)> options)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (option, path) in options)
        {
            if (path is null or "-") continue;
            if (path.Length == 0) throw new UserInputException($"{option} is empty; name a file, or leave the option out.");
            var full = Path.GetFullPath(path);
            if (!taken.TryAdd(full, option)) throw new UserInputException($"{taken[full]} and {option} both name {full}; give each a file of its own.");
        }
    }
}
