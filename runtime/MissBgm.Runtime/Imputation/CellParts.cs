using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// The file of cells of a table that is imputed part by part. It has the column of notes only if a cell has a note, and that a late part may show: what has
/// been written by then stays without, and is put together with the rest at the end.
/// </summary>
/// <param name="folder">Where it is kept until then.</param>
internal sealed class CellParts(string folder) : IDisposable
{
    private readonly List<(string Path, FileStream File)> _files = [];
    private bool _noted;

    /// <summary>Appends a part's cells.</summary>
    internal void Add(ImputedTable part)
    {
        var first = !_noted && CellsFile.HasNotes(part);
        _noted |= first;
        if (first || _files.Count == 0)
        {
            var path = TemporaryFile.Reserve(folder);
            _files.Add((path, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 1 << 16)));
            CellsFile.WriteHeader(_files[^1].File, part, _noted);
        }

        CellsFile.WriteLines(_files[^1].File, part, _noted);
    }

    /// <summary>Writes them all.</summary>
    internal void Write(Stream stream)
    {
        foreach (var (_, file) in _files) file.Flush();
        JoinedCells.Write(stream, [.. _files.Select(file => (Func<Stream>)(() => File.Open(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)))]);
    }

    public void Dispose()
    {
        foreach (var (path, file) in _files)
        {
            file.Dispose();
            TemporaryFile.Release(path);
        }
    }
}
