namespace MissBgm.Runtime.Files;

/// <summary>
/// All outputs of a command: opened before the work, put into their places together after it, or removed without a trace.
/// </summary>
public sealed class OutputTransaction : IDisposable
{
    private readonly List<OutputFile> _files = [];

    /// <summary>The outputs' paths, in the order of opening.</summary>
    public IReadOnlyList<string> Paths => _files.ConvertAll(file => file.Path);

    /// <summary>Whether one of the outputs is standard output, which then holds nothing else.</summary>
    public bool TakesStandardOutput => _files.Exists(file => file.IsStandardOutput);

    /// <summary>Opens an output.</summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public OutputFile Open(string path)
    {
        var file = new OutputFile(path);
        _files.Add(file);
        return file;
    }

    /// <summary>
    /// Opens an output, writes it and closes it until all take their places: however many there are, one is open at a time.
    /// </summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public void Write(string path, Action<OutputStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = Open(path);
        write(file.Stream);
        file.Finish();
    }

    /// <summary>Puts all outputs into their places.</summary>
    /// <exception cref="UserInputException">One of them cannot be written; none has changed.</exception>
    public void Commit() => Commit(_files);

    /// <summary>Removes what was not committed, folders made on the way last.</summary>
    public void Dispose()
    {
        foreach (var file in Enumerable.Reverse(_files)) file.Dispose();
    }

    internal static void Commit(IReadOnlyList<OutputFile> files)
    {
        foreach (var file in files) file.Finish();
        lock (TemporaryFile.Placing) Place(files);
    }

    private static void Place(IReadOnlyList<OutputFile> files)
    {
        var placed = new Stack<OutputFile>();
        foreach (var file in files)
        {
            try
            {
                file.Place();
                placed.Push(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                TakeBack(placed, $"{file.Path} cannot be written: {e.Message.TrimEnd('.')}", e);
                throw new UserInputException($"{file.Path} cannot be written: {e.Message.TrimEnd('.')}. Nothing has changed; choose another place.", e);
            }
        }

        foreach (var file in files) file.Settle();
        TemporaryFile.HavePlaced = true;
    }

    // The disk may fail at this too; the other files are taken back all the same.
    private static void TakeBack(IEnumerable<OutputFile> placed, string reason, Exception cause)
    {
        var stuck = new List<string>();
        foreach (var file in placed)
        {
            try
            {
                file.TakeBack();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                file.Settle();
                stuck.Add(file.Path);
            }
        }

        if (stuck.Count > 0)
        {
            throw new UserInputException(
                $"{reason}. {string.Join(", ", stuck)} had been written by then and could not be set back; run the command again.", cause);
        }
    }
}
