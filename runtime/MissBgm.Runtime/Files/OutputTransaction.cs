namespace MissBgm.Runtime.Files;

/// <summary>All outputs of a command: opened before the work, put into their places together after it, or removed without a trace.</summary>
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
                foreach (var earlier in placed) earlier.TakeBack();
                throw new UserInputException($"{file.Path} cannot be written: {e.Message.TrimEnd('.')}. Nothing has changed; choose another place.", e);
            }
        }

        foreach (var file in files) file.Settle();
    }
}
