namespace MissBgm.Runtime.Files;

/// <summary>
/// A folder, or a file, that is written whole or not at all: everything goes to a temporary sibling, which takes the place when it is
/// complete.
/// </summary>
public sealed class OutputFolder
{
    private readonly string _target;
    private readonly string _folder;
    private long _written;

    private OutputFolder(string target, string folder) => (_target, _folder) = (target, folder);

    /// <summary>The files written so far, as paths to read them from, by name.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal);

    /// <summary>
    /// Lets <paramref name="fill"/> write a new folder; what is in it, or what <paramref name="pack"/> makes of it, takes the place of what
    /// is at a path.
    /// </summary>
    /// <param name="path">The place.</param>
    /// <param name="fill">Writes the folder's files.</param>
    /// <param name="pack">Makes one file of the folder's, such as an archive, which takes the place then. Null for the folder itself.</param>
    /// <exception cref="UserInputException">The place cannot be written; what was there is untouched.</exception>
    /// <exception cref="IOException">Likewise.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Replace(string path, Action<OutputFolder> fill, Action<OutputFolder, Stream>? pack = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(fill);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(target)!;
        FaultPoint.Pass("make the folder");
        Directory.CreateDirectory(parent);
        var (folder, file) = (TemporaryFile.Reserve(parent), pack is null ? null : TemporaryFile.Reserve(parent));
        try
        {
            FaultPoint.Pass("make the temporary folder");
            Directory.CreateDirectory(folder);
            var files = new OutputFolder(path, folder);
            fill(files);
            if (file is null) Posix.SyncFolder(folder);
            else files.Write(path, file, stream => pack!(files, stream));
            lock (TemporaryFile.Placing)
            {
                Place(file ?? folder, target);
                TemporaryFile.HavePlaced = true;
            }

            Posix.SyncFolder(parent);
        }
        finally
        {
            TemporaryFile.Release(folder);
            if (file is not null) TemporaryFile.Release(file);
        }
    }

    /// <summary>Writes a file of the folder; all its bytes are on the disk then.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes it; may write other files meanwhile.</param>
    /// <exception cref="UserInputException">It cannot be written.</exception>
    public void Write(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        Write(Path.Combine(_target, name), Path.Combine(_folder, name), write);
    }

    private void Write(string name, string path, Action<Stream> write)
    {
        FaultPoint.Pass("make the file");
        var stream = new OutputStream(name, () => new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16));
        try
        {
            _ = stream.Position;
            write(stream);
            stream.Finish();
        }
        catch (UserInputException e) when (e.InnerException is { } refusal && FileSize.IsFull(refusal))
        {
            // The other files need room too.
            throw FileSize.Refused(_target, refusal, $"more than {FileSize.Text(_written + stream.Needed)}");
        }
        finally
        {
            stream.Abandon();
        }

        _written += stream.Needed;
    }

    // What is exchanged is never away: whoever looks, or kills the process, finds the old or the new one at the path. The old one then has
    // the temporary's name.
    private static void Place(string made, string target)
    {
        FaultPoint.Pass("put the folder into its place");
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
}
