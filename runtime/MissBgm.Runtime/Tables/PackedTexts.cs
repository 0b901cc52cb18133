using System.Collections;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Many short texts, kept as UTF-8 one after another: a cell takes its bytes and four more, where a string takes forty. A text is made when it is asked for.
/// </summary>
internal sealed class PackedTexts : IReadOnlyList<string>
{
    private const int BlockBits = 12;
    private const int BlockTexts = 1 << BlockBits;
    private readonly List<Block> _blocks = [];

    /// <summary>Number of texts.</summary>
    public int Count { get; private set; }

    /// <summary>A text.</summary>
    public string this[int index] => TextEncoding.Utf8.GetString(Bytes(index));

    /// <summary>A text's bytes in UTF-8.</summary>
    internal ReadOnlySpan<byte> Bytes(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _blocks[index >> BlockBits].Of(index & (BlockTexts - 1));
    }

    /// <summary>Adds a text.</summary>
    /// <exception cref="System.Text.DecoderFallbackException">It is not UTF-8.</exception>
    internal void Add(ReadOnlySpan<byte> text)
    {
        // What is not UTF-8 is refused now, where its line is known.
        _ = TextEncoding.Utf8.GetCharCount(text);
        if (Count >> BlockBits == _blocks.Count)
        {
            if (_blocks.Count > 0) _blocks[^1].Seal();
            _blocks.Add(new Block());
        }

        _blocks[^1].Add(text, Count++ & (BlockTexts - 1));
    }

    /// <summary>Takes the last texts away again.</summary>
    internal void Truncate(int count)
    {
        Count = count;
        var blocks = (count + BlockTexts - 1) >> BlockBits;
        _blocks.RemoveRange(blocks, _blocks.Count - blocks);
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Block
    {
        private readonly int[] _ends = new int[BlockTexts];
        private byte[] _bytes = new byte[BlockTexts];

        internal ReadOnlySpan<byte> Of(int index)
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, _ends[index] - start);
        }

        internal void Add(ReadOnlySpan<byte> text, int index)
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            if (start + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(start + text.Length, _bytes.Length + _bytes.Length / 2));
            text.CopyTo(_bytes.AsSpan(start));
            _ends[index] = start + text.Length;
        }

        /// <summary>Lets go of the room that is not needed.</summary>
        internal void Seal() => Array.Resize(ref _bytes, _ends[^1]);
    }
}

/// <summary>Some of a list's texts, one after another.</summary>
/// <param name="texts">The list.</param>
/// <param name="start">The first of them.</param>
/// <param name="count">How many.</param>
/// <param name="of">What is made of each; itself if null.</param>
internal sealed class TextRange(IReadOnlyList<string> texts, int start, int count, Func<string, string>? of = null) : IReadOnlyList<string>
{
    public int Count => count;

    public string this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count);
            var text = texts[start + index];
            return of is null ? text : of(text);
        }
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (var i = 0; i < count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
