using MissBgm.Runtime.Files;

namespace MissBgm.Service.Guards;

/// <summary>
/// Connections are open files. Where a process may open no more, .NET tries to let the next one in again and again without a pause, and a new bundle cannot be
/// read; so no more are let in than there is room for.
/// </summary>
internal static class OpenFiles
{
    // What the service itself has open: .NET's and ASP.NET Core's parts, some 180, sockets, and the files of a bundle that is loaded.
    private const ulong Own = 256;

    /// <summary>What is said where the service alone could not open its files, and .NET would break on the way; null where it can.</summary>
    internal static string? TooFew() => Posix.Limit(Posix.OpenFiles) is <= Own and var limit
        ? $"{limit} files may be open, and the service alone needs more; raise the number (ulimit -n 1280)."
        : null;

    /// <summary>How many connections may be let in.</summary>
    /// <param name="wanted">As many at most.</param>
    internal static int Connections(int wanted) =>
        Posix.Limit(Posix.OpenFiles) is { } limit && limit < Own + (ulong)wanted ? (int)Math.Max(1, limit - Own) : wanted;
}
