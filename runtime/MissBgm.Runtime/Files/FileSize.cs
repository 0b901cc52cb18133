namespace MissBgm.Runtime.Files;

/// <summary>How large files are, in messages, and why one could not be written.</summary>
internal static class FileSize
{
    private const int NoSpace = 28;
    private const int Quota = 122;
    private const int TooLarge = 27;

    /// <summary>A number of bytes in words.</summary>
    internal static string Text(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.#} MB" : $"{bytes / 1024.0:0.#} KB";

    /// <summary>Whether the system refused for want of room: the disk is full, or the user's share of it.</summary>
    internal static bool IsFull(Exception e) => e.HResult is NoSpace or Quota;

    /// <summary>
    /// Whether a file would be longer than the process, or the file system, may write (<c>ulimit -f</c>): .NET tells that of a file as an
    /// argument out of range.
    /// </summary>
    internal static bool IsBeyondLimit(Exception e) => e is ArgumentOutOfRangeException || e.HResult == TooLarge;

    /// <summary>Whether a failure is one of the system's answers to who writes a file.</summary>
    internal static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Why a file could not be written, and what helps.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="e">The system's refusal.</param>
    /// <param name="needed">How much room it needs, in words, such as "3 MB"; empty where nothing is known.</param>
    internal static UserInputException Refused(string name, Exception e, string needed)
    {
        var size = needed.Length > 0 ? $"; it needs {needed}" : "";
        var sentence = IsFull(e) ? $"no space is left on the disk{size}. Free some, or choose another place."
            : IsBeyondLimit(e) ? $"a file may not grow that long here{size}. Raise the limit (ulimit -f), or choose another place."
            : $"{e.Message.TrimEnd('.')}. Choose another place.";
        return new UserInputException($"{name} cannot be written: {sentence}", e);
    }
}
