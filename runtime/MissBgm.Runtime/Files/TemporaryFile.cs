using System.Diagnostics;

namespace MissBgm.Runtime.Files;

/// <summary>
/// Files that are being written, beside the places they will take: <c>.missbgm-PROCESS-NUMBER.tmp</c>, locked while they are written.
/// </summary>
internal static class TemporaryFile
{
    private const string Pattern = ".missbgm-*.tmp";

    // Seconds by which a process's start may seem late.
    private const int ClockError = 5;

    private static readonly HashSet<string> Live = [];
    private static readonly HashSet<string> Cleared = [];
    private static int _number;

    static TemporaryFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();

    /// <summary>Held while finished files take their places: the process is not ended in the middle of that.</summary>
    internal static Lock Placing { get; } = new();

    /// <summary>Whether an output of this process has taken its place.</summary>
    internal static bool HavePlaced { get; set; }

    /// <summary>Removes all temporaries of this process, which is about to end; nothing takes its place after that.</summary>
    internal static void RemoveAll()
    {
        Placing.Enter();
        lock (Live) foreach (var path in Live) Remove(path);
    }

    /// <summary>
    /// A path of a folder at which nothing stands yet. What a killed process left in the folder is removed when it is first asked for.
    /// </summary>
    internal static string Reserve(string folder)
    {
        lock (Cleared)
        {
            if (Cleared.Add(folder)) ClearStale(folder);
        }

        string path;
        do path = Path.Combine(folder, $".missbgm-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}.tmp");
        while (Path.Exists(path));
        lock (Live) Live.Add(path);
        return path;
    }

    /// <summary>Removes a temporary file or folder, or forgets one that has taken its place.</summary>
    internal static void Release(string path)
    {
        Remove(path);
        lock (Live) Live.Remove(path);
    }

    /// <summary>Removes the temporaries of a folder that no living process owns.</summary>
    internal static void ClearStale(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, Pattern)) if (IsStale(path)) Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed may still be written to.
        }
    }

    // The owner may live in another container, where its number says nothing: its lock does.
    private static bool IsStale(string path)
    {
        var parts = Path.GetFileNameWithoutExtension(path).Split('-');
        if (parts.Length != 3 || !int.TryParse(parts[1], out var process) || IsOfLiving(process, path)) return false;
        if (Directory.Exists(path)) return true;
        try
        {
            using var unlocked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Numbers of processes come again, in containers with every run: whoever has one now and began after the file was written is not its
    // owner.
    private static bool IsOfLiving(int process, string path)
    {
        if (process == Environment.ProcessId)
        {
            lock (Live) return Live.Contains(path);
        }

        try
        {
            using var owner = Process.GetProcessById(process);
            return owner.StartTime.ToUniversalTime() < File.GetLastWriteTimeUtc(path).AddSeconds(ClockError);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run clears it.
        }
    }
}
