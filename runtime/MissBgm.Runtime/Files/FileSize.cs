namespace MissBgm.Runtime.Files;

/// <summary>How large files are, in messages, and whether one found no room.</summary>
internal static class FileSize
{
    private const int NoSpace = 28;
    private const int Quota = 122;

    /// <summary>A number of bytes in words.</summary>
    internal static string Text(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.#} MB" : $"{bytes / 1024.0:0.#} KB";

    /// <summary>Whether the system refused for want of room: the disk is full, or the user's share of it.</summary>
    internal static bool IsFull(Exception e) => e.HResult is NoSpace or Quota;
}
