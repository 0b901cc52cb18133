using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>All files of a run: opened before the work, put into place together after it, or removed without a trace.</summary>
internal sealed class OutputSet : IDisposable
{
    private readonly List<OutputFile> _files = [];
    private string? _created;

    /// <summary>The places of the files, in the order of opening.</summary>
    internal IReadOnlyList<string> Paths => _files.ConvertAll(file => file.Path);

    /// <summary>Opens a file beside its place.</summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    internal OutputFile Open(string path)
    {
        var file = new OutputFile(path);
        _files.Add(file);
        return file;
    }

    /// <summary>Opens numbered files in a folder, which is created if need be.</summary>
    /// <exception cref="UserInputException">The folder cannot be written.</exception>
    internal IReadOnlyList<OutputFile> OpenNumbered(string folder, string name, int count)
    {
        if (!Directory.Exists(folder))
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                throw new UserInputException($"{folder} cannot be created: {e.Message} Choose another folder.", e);
            }

            _created = folder;
        }

        return Enumerable.Range(1, count).Select(i => Open(Path.Combine(folder, $"{name}_{i}.csv"))).ToArray();
    }

    /// <summary>Puts all files into their places.</summary>
    internal void Commit()
    {
        foreach (var file in _files) file.Commit();
        _created = null;
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        if (_created is not null) Directory.Delete(_created);
    }
}
