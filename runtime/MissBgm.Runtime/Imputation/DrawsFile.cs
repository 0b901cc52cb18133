using System.Runtime.InteropServices;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Models;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// All draws in a NumPy file (.npy, version 1.0): float32, little-endian, C order, shape (cells, chains, draws), the cells in the order of the file
/// of cells. NumPy reads it with <c>numpy.load(path, mmap_mode="r")</c>; R with <c>f &lt;- file(path, "rb"); readBin(f, "raw", 128);
/// aperm(array(readBin(f, "numeric", cells * chains * draws, size = 4), c(draws, chains, cells)), 3:1)</c>.
/// </summary>
/// <param name="file">An open file; each cell is written to its place, so that cells may come in any order.</param>
public sealed class DrawsFile(OutputStream file) : IDrawSink
{
    private long _headerBytes;
    private int _before;
    private int _cells;

    /// <summary>Is told the size of what is to come; a further part of the table follows what there is.</summary>
    public void Begin(int cells, int chains, int draws)
    {
        (_before, _cells) = (_before + _cells, cells);
        var header = NpyHeader.Of("<f4", [checked(_before + cells), chains, draws]);
        _headerBytes = header.Length;
        file.Reserve(_headerBytes + (long)sizeof(float) * (_before + cells) * chains * draws);
        file.WriteAt(header, 0);
    }

    /// <inheritdoc />
    public void Take(int cell, ReadOnlySpan<float> draws) =>
        file.WriteAt(MemoryMarshal.AsBytes(draws), _headerBytes + (long)sizeof(float) * (_before + cell) * draws.Length);
}
