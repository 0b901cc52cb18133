namespace MissBgm.Runtime.Tables;

/// <summary>
/// A file to be written whole or not at all: opened beside its place under a temporary name, which <see cref="Commit"/> renames.
/// Opening it before long work shows at once whether it can be written.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _temporary;
    private bool _committed;

    /// <summary>Opens a temporary file beside <paramref name="path"/>.</summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public OutputFile(string path)
    {
        Path = path;
        var full = System.IO.Path.GetFullPath(path);
        var folder = System.IO.Path.GetDirectoryName(full);
        if (Directory.Exists(full) || folder is null) throw new UserInputException($"{path} is a folder; name a file to write.");
        if (!Directory.Exists(folder)) throw new UserInputException($"{path}: there is no folder {folder}; create it first.");
        _temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            Stream = new FileStream(_temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserInputException($"{path} cannot be written: {e.Message} Choose another place.", e);
        }
    }

    /// <summary>Where the file will stand.</summary>
    public string Path { get; }

    /// <summary>What to write to.</summary>
    public FileStream Stream { get; }

    /// <summary>Closes the file and moves it to its place, over an older one.</summary>
    public void Commit()
    {
        Stream.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _committed = true;
    }

    /// <summary>Removes the temporary file unless it was committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed) File.Delete(_temporary);
    }
}
