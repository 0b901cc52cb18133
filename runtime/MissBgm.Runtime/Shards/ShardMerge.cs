using System.Runtime.InteropServices;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Shards;

/// <summary>The shards of one run, put together: byte for byte what one machine would have written.</summary>
public sealed class ShardMerge
{
    private readonly ShardRecord[] _shards;

    private ShardMerge(ShardRecord[] shards) => _shards = shards;

    /// <summary>The shards by their rows.</summary>
    public IReadOnlyList<ShardRecord> Shards => _shards;

    /// <summary>Completed tables of multiple imputation.</summary>
    public int Imputations => _shards[0].Imputations.Count;

    /// <summary>Whether the chains have converged, all shards together; null where nothing was sampled by chains.</summary>
    public ConvergenceVerdict? Convergence => ConvergenceVerdict.OfParts([.. _shards.Select(shard => shard.Convergence).OfType<ConvergenceVerdict>()]);

    /// <summary>The cell of the largest R-hat, in words; null where nothing was sampled by chains.</summary>
    public string? WorstCell => _shards.Where(shard => shard.WorstCell is not null).MaxBy(shard => shard.Convergence!.MaximumRHat)?.WorstCell;

    /// <summary>Reads the records of shards, in whatever order.</summary>
    /// <exception cref="UserInputException">Shards overlap, rows are in none, or one is of another model, table, seed, version or setting;
    /// the message names them.</exception>
    public static ShardMerge Read(IReadOnlyList<string> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0) throw new UserInputException("There are no shards; name the record of each.");
        ShardRecord[] shards = [.. records.Select(ShardRecord.Read).OrderBy(shard => shard.FirstRow).ThenBy(shard => shard.EndRow)];
        RequireOneRun(shards);
        RequireWhole(shards);
        if (shards.Sum(shard => (long)shard.MissingCells) is > int.MaxValue and var cells)
        {
            throw new UserInputException($"The shards have {cells} missing cells, more than one table can; name those of one table.");
        }

        return new ShardMerge(shards);
    }

    /// <summary>Writes the completed table.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="packing">How it is packed.</param>
    public void WriteCompleted(Stream stream, TablePacking packing)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var packed = TableWriter.Packed(stream, packing);
        WriteTexts(packed ?? stream, shard => shard.Completed);
    }

    /// <summary>Writes one of the completed tables of multiple imputation.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputation">From 0.</param>
    public void WriteImputation(Stream stream, int imputation) => WriteTexts(stream, shard => shard.Imputations[imputation]);

    /// <summary>Writes the file of cells.</summary>
    /// <exception cref="UserInputException">A shard has none.</exception>
    public void WriteCells(Stream stream) =>
        JoinedCells.Write(stream, [.. _shards.Select(shard => (Func<Stream>)(() => shard.Open(Asked(shard, shard.Cells, "--intervals"))))]);

    /// <summary>Writes the file of draws.</summary>
    /// <exception cref="UserInputException">A shard has none.</exception>
    public void WriteDraws(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var cells = _shards.Sum(shard => (long)shard.MissingCells);
        if (cells > int.MaxValue) throw new UserInputException($"{cells} cells are more than one file of draws has room for; leave --draws-out out.");
        int[]? header = null;
        foreach (var shard in _shards)
        {
            using var draws = shard.Open(Asked(shard, shard.Draws, "--draws-out"));
            var shape = ShapeOf(shard, draws);
            if (header is not null && !shape.Skip(1).SequenceEqual(header.Skip(1))) throw OtherDraws(shard);
            if (header is null) stream.Write(NpyHeader.Of("<f4", [(int)cells, shape[1], shape[2]]));
            header ??= shape;
            draws.CopyTo(stream);
        }
    }

    /// <summary>Whether all shards have their draws.</summary>
    internal bool HasDraws => Array.TrueForAll(_shards, shard => shard.Draws is not null);

    /// <summary>The draws of one cell after another, chain after chain.</summary>
    internal IEnumerable<(float[] Draws, int Chains, int Each)> ReadDraws()
    {
        foreach (var shard in _shards)
        {
            using var file = shard.Open(shard.Draws!);
            using var draws = new BufferedStream(file, 1 << 16);
            var shape = ShapeOf(shard, draws);
            var values = new float[shape[1] * shape[2]];
            for (var cell = 0; cell < shape[0]; cell++)
            {
                draws.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                yield return (values, shape[1], shape[2]);
            }
        }
    }

    private static int[] ShapeOf(ShardRecord shard, Stream draws) =>
        NpyHeader.ReadShape(draws) is [var cells, _, _] shape && cells == shard.MissingCells ? shape : throw OtherDraws(shard);

    private static UserInputException OtherDraws(ShardRecord shard) =>
        new($"{shard.Draws!.Path} has not the draws of {shard.MissingCells} cells, of which {shard.Path} tells; run it again.");

    private void WriteTexts(Stream stream, Func<ShardRecord, ShardText> of)
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            var text = of(_shards[i]);
            using var table = _shards[i].Open(text);
            // A shard's rows each begin with the end of the line before, so that they follow one another as they are.
            var (start, end) = (i == 0 ? 0 : text.HeaderBytes, i == _shards.Length - 1 ? 0 : text.EndBytes);
            if ((long)text.HeaderBytes + text.EndBytes > table.Length)
            {
                throw new UserInputException($"{text.Path} is shorter than {_shards[i].Path} tells; run it again.");
            }

            table.Position = start;
            Copy(table, stream, table.Length - start - end);
        }
    }

    private static void Copy(Stream from, Stream to, long bytes)
    {
        var block = new byte[1 << 16];
        for (int read; bytes > 0 && (read = from.Read(block, 0, (int)Math.Min(block.Length, bytes))) > 0; bytes -= read) to.Write(block, 0, read);
    }

    private static ShardFile Asked(ShardRecord shard, ShardFile? file, string option) => file
        ?? throw new UserInputException(
            $"{shard.Path} tells of no such file; run rows {shard.FirstRow}:{shard.EndRow} again with {option}, or leave {option} out.");

    private static void RequireOneRun(ShardRecord[] shards)
    {
        var first = shards[0];
        foreach (var shard in shards.Skip(1))
        {
            var other = first.Run.Keys.Union(shard.Run.Keys).FirstOrDefault(name => first.Run.GetValueOrDefault(name) != shard.Run.GetValueOrDefault(name));
            if (other is not null)
            {
                throw new UserInputException(
                    $"{first.Path} and {shard.Path} are not of one run; they differ in: {other} ({Shown(first, other)}; {Shown(shard, other)}). "
                    + "Impute all shards with one model, table, seed and version.");
            }

            if (shard.TableRows != first.TableRows || shard.Imputations.Count != first.Imputations.Count)
            {
                throw new UserInputException($"{first.Path} and {shard.Path} are not of one run: the number of rows or of imputations differs.");
            }
        }
    }

    private static string Shown(ShardRecord shard, string name) => shard.Run.GetValueOrDefault(name) is { Length: > 0 } value ? value : "none";

    private static void RequireWhole(ShardRecord[] shards)
    {
        var gaps = new List<string>();
        for (int i = 0, end = 0; i <= shards.Length; i++)
        {
            var (first, last) = i < shards.Length ? (shards[i].FirstRow, shards[i].EndRow) : (shards[0].TableRows, 0);
            if (first < end)
            {
                throw new UserInputException(
                    $"{Named(shards[i - 1])} and {Named(shards[i])} overlap: rows {first}:{Math.Min(end, last)} are in both. Name one of them.");
            }

            if (first > end) gaps.Add($"{end}:{first}");
            if (i < shards.Length && first % ShardRows.Block != 0)
            {
                throw new UserInputException(
                    $"{Named(shards[i])} begins amid a block of {ShardRows.Block} rows, so that its draws are not those of the whole table; "
                    + $"cut at multiples of {ShardRows.Block}, or impute with --shard.");
            }

            end = last;
        }

        if (gaps.Count > 0)
        {
            throw new UserInputException(
                $"Rows {string.Join(", ", gaps)} of {shards[0].Table} are in none of the {shards.Length} shards; impute them (--rows), and name "
                + "their records too.");
        }
    }

    private static string Named(ShardRecord shard) => $"{shard.Path} (rows {shard.FirstRow}:{shard.EndRow})";
}
