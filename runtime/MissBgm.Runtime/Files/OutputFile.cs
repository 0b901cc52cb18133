namespace MissBgm.Runtime.Files;

/// <summary>
/// An output that is written whole or not at all: a file opened beside its place under a temporary name, which <see cref="Commit"/> puts
/// there. Pipes and
/// devices, and <c>-</c> for standard output, are written through; a symbolic link's target is replaced and not the link. Opening it before
/// long work shows at
/// once whether it can be written.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private const int PatienceForReader = 5000;
    private readonly OutputPlace _place;
    private readonly string? _temporary;
    private readonly Stack<string> _madeFolders = new();
    private string? _kept;
    private bool _finished;
    private bool _committed;

    /// <summary>Opens an output; folders that are not there are made.</summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public OutputFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        _place = OutputPlace.Of(path);
        if (_place.WrittenThrough)
        {
            Stream = new OutputStream(_place.Name, OpenThrough);
            return;
        }

        try
        {
            MakeFolder(System.IO.Path.GetDirectoryName(_place.FullPath)!);
            _temporary = TemporaryFile.Reserve(System.IO.Path.GetDirectoryName(_place.FullPath)!);
            FaultPoint.Pass("make the temporary file");
            var file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            if (!OperatingSystem.IsWindows() && File.Exists(_place.FullPath)) File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(_place.FullPath));
            Stream = new OutputStream(_place.Name, () => file);
            _ = Stream.Position;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Dispose();
            throw new UserInputException($"{path} cannot be written: {Reason(e)}. Choose another place.", e);
        }
    }

    /// <summary>Where the output will stand, as it was given.</summary>
    public string Path { get; }

    /// <summary>Whether the bytes go straight to standard output.</summary>
    public bool IsStandardOutput => _place.FullPath is null;

    /// <summary>What to write to.</summary>
    public OutputStream Stream { get; } = null!;

    /// <summary>
    /// Closes the file and puts it into its place, over an older one; several files belong into an <see cref="OutputTransaction"/>.
    /// </summary>
    /// <exception cref="UserInputException">The place can no longer be written.</exception>
    public void Commit() => OutputTransaction.Commit([this]);

    /// <summary>Removes the temporary file, and the folders made for it, unless it was committed.</summary>
    public void Dispose()
    {
        Stream?.Abandon();
        if (_temporary is not null) TemporaryFile.Release(_temporary);
        while (!_committed && _madeFolders.TryPop(out var folder))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something else stands in it by now.
            }
        }
    }

    /// <summary>Closes the output; all its bytes are on the disk then.</summary>
    internal void Finish()
    {
        if (!_finished) Stream.Finish();
        _finished = true;
    }

    /// <summary>
    /// Puts the finished file into its place; what stood there is kept under a temporary name, until it is <see
    /// cref="Settle">settled</see>.
    /// </summary>
    internal void Place()
    {
        if (_temporary is null) return;
        FaultPoint.Pass("put it into its place");
        if (!File.Exists(_place.FullPath)) File.Move(_temporary, _place.FullPath!, overwrite: true);
        else if (!Posix.Exchange(_temporary, _place.FullPath)) PlaceInTwoSteps(_place.FullPath);
    }

    /// <summary>Takes <see cref="Place"/> back.</summary>
    internal void TakeBack()
    {
        if (_temporary is null) return;
        if (File.Exists(_temporary) && Posix.Exchange(_temporary, _place.FullPath!)) return;
        File.Move(_place.FullPath!, _temporary, overwrite: true);
        if (_kept is not null) File.Move(_kept, _place.FullPath!);
    }

    /// <summary>Ends it: what stood in the place before is gone.</summary>
    internal void Settle()
    {
        _committed = true;
        if (_temporary is null) return;
        TemporaryFile.Release(_temporary);
        if (_kept is not null) TemporaryFile.Release(_kept);
        Posix.SyncFolder(System.IO.Path.GetDirectoryName(_place.FullPath)!);
    }

    // Some network file systems cannot exchange.
    private void PlaceInTwoSteps(string place)
    {
        _kept = TemporaryFile.Reserve(System.IO.Path.GetDirectoryName(place)!);
        File.Move(place, _kept);
        try
        {
            FaultPoint.Pass("put it into its place");
            File.Move(_temporary!, place);
        }
        catch
        {
            File.Move(_kept, place);
            throw;
        }
    }

    private Stream OpenThrough()
    {
        if (_place.FullPath is null) return Console.OpenStandardOutput();
        if (Posix.Kind(_place.FullPath) != PathKind.Stream) return Opened();
        // Opening a FIFO would wait for its reader without end.
        for (var waited = 0; waited < PatienceForReader; waited += 50)
        {
            using var probe = Posix.OpenIfRead(_place.FullPath);
            if (probe is not null) return Opened();
            Thread.Sleep(50);
        }

        throw new UserInputException($"{Path}: nobody reads from it; start what is to read from it first, or name a file.");

        FileStream Opened() => new(_place.FullPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
    }

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (System.IO.Path.GetDirectoryName(folder) is { } parent) MakeFolder(parent);
        Directory.CreateDirectory(folder);
        _madeFolders.Push(folder);
    }

    private string Reason(Exception e) =>
        _temporary is null ? e.Message.TrimEnd('.') : e.Message.Replace(_temporary, Path, StringComparison.Ordinal).TrimEnd('.');
}
