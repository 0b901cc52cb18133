namespace MissBgm.Runtime.Files;

/// <summary>Where bytes go that are to stand at a path.</summary>
/// <param name="Name">What messages call it: the path as given, or standard output.</param>
/// <param name="FullPath">The file to replace, symbolic links followed; for what is written through, the path to open, or null for standard
/// output.</param>
/// <param name="WrittenThrough">Whether bytes go straight on, as to a pipe or a device, and no file is replaced.</param>
internal sealed record OutputPlace(string Name, string? FullPath, bool WrittenThrough)
{
    private const int MostLinks = 40;

    /// <summary>Finds the place, without touching it.</summary>
    /// <exception cref="UserInputException">The path is a folder, a disk, a socket or an endless chain of links.</exception>
    internal static OutputPlace Of(string path)
    {
        if (path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1")
        {
            return Posix.IsInherited(1)
                ? new OutputPlace("standard output", null, true)
                : throw new UserInputException("standard output is closed, so nothing can be written there; name a file.");
        }

        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UserInputException("An output has an empty path; name a file to write.");
        }
        var full = Path.GetFullPath(path);
        if (full.EndsWith(Path.DirectorySeparatorChar)) throw new UserInputException($"{path} is a folder; name a file to write.");
        for (var links = 0; new FileInfo(full).LinkTarget is { } target; links++)
        {
            // What a process has open is written through, even if a file is at its end: /dev/stdout, /dev/fd/3.
            if (IsOfTheSystem(full)) return new OutputPlace(path, full, true);
            if (links == MostLinks) throw new UserInputException($"{path} is a symbolic link that leads in a circle; name a file to write.");
            full = Path.GetFullPath(target, Path.GetDirectoryName(full)!);
        }

        return Posix.Kind(full) switch
        {
            PathKind.Folder => throw new UserInputException($"{path} is a folder; name a file to write."),
            PathKind.Other => throw new UserInputException($"{path} is a disk or a socket; name a file to write."),
            PathKind.Stream => new OutputPlace(path, full, true),
            PathKind.File => new OutputPlace(path, full, IsOfTheSystem(full)),
            _ => new OutputPlace(path, full, false),
        };
    }

    private static bool IsOfTheSystem(string full) =>
        full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
            || full.StartsWith("/proc/", StringComparison.Ordinal);
}
