namespace MissBgm.Runtime.Files;

/// <summary>
/// A folder, or a file, that is written whole or not at all: everything goes to a temporary sibling, which takes the place when it is
/// complete.
/// </summary>
public static class OutputFolder
{
    /// <summary>
    /// Lets <paramref name="fill"/> write a new folder; what is in it, or what <paramref name="finish"/> makes of it, takes the place of
    /// what is at a path.
    /// </summary>
    /// <param name="path">The place.</param>
    /// <param name="fill">Writes into the folder it is given.</param>
    /// <param name="finish">Makes the file that takes the place from the folder, such as an archive of it: given the folder and the file's
    /// path. Null for the folder itself.</param>
    /// <exception cref="IOException">The place cannot be written; what was there is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Replace(string path, Action<string> fill, Action<string, string>? finish = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(fill);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(target)!;
        FaultPoint.Pass("make the folder");
        Directory.CreateDirectory(parent);
        var (folder, file) = (TemporaryFile.Reserve(parent), finish is null ? null : TemporaryFile.Reserve(parent));
        try
        {
            FaultPoint.Pass("make the temporary folder");
            Directory.CreateDirectory(folder);
            fill(folder);
            FaultPoint.Pass("write");
            if (file is not null) finish!(folder, file);
            Sync(file ?? folder);
            lock (TemporaryFile.Placing)
            {
                Place(file ?? folder, target);
                TemporaryFile.HavePlaced = true;
            }

            Posix.SyncFolder(parent);
        }
        catch (IOException e) when (FileSize.IsFull(e))
        {
            var written = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Sum(made => made.Length) : 0;
            throw new IOException($"no space is left on the disk; it needs more than {FileSize.Text(written)}", e.HResult);
        }
        finally
        {
            TemporaryFile.Release(folder);
            if (file is not null) TemporaryFile.Release(file);
        }
    }

    // What is exchanged is never away: whoever looks, or kills the process, finds the old or the new one at the path. The old one then has
    // the temporary's name.
    private static void Place(string made, string target)
    {
        FaultPoint.Pass("put it into its place");
        if (File.Exists(made)) File.Move(made, target, overwrite: true);
        else if (!Directory.Exists(target)) Directory.Move(made, target);
        else if (!Posix.Exchange(made, target)) PlaceInTwoSteps(made, target);
    }

    // Some network file systems cannot exchange.
    private static void PlaceInTwoSteps(string made, string target)
    {
        var old = TemporaryFile.Reserve(Path.GetDirectoryName(target)!);
        Directory.Move(target, old);
        try
        {
            Directory.Move(made, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }

        TemporaryFile.Release(old);
    }

    private static void Sync(string made)
    {
        foreach (var file in Directory.Exists(made) ? Directory.EnumerateFiles(made) : [made])
        {
            FaultPoint.Pass("flush");
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        if (Directory.Exists(made)) Posix.SyncFolder(made);
    }
}
