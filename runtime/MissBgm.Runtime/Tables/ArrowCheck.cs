using Apache.Arrow;
using Apache.Arrow.Types;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Whether the texts of an Arrow array lie within its buffers. The library believes what a file says of that, and reads other memory where
/// it is not so.
/// </summary>
internal static class ArrowCheck
{
    // A text of a view: its length, and if it is longer than 12 bytes the number of a buffer and the place in that.
    private const int ViewBytes = 16;
    private const int TextWithinView = 12;

    /// <summary>Checks an array, and the dictionary whose numbers it holds.</summary>
    /// <exception cref="InvalidDataException">It is not so.</exception>
    internal static void Require(ArrayData array)
    {
        Hold(array.Length >= 0 && array.Offset >= 0);
        var (first, end) = (array.Offset, array.Offset + (long)array.Length);
        switch (array.DataType)
        {
            case StringType: Offsets(array, first, end, sizeof(int), static bytes => BitConverter.ToInt32(bytes)); break;
            case LargeStringType: Offsets(array, first, end, sizeof(long), static bytes => BitConverter.ToInt64(bytes)); break;
            case StringViewType: Views(array, first, end); break;
        }

        if (array.Dictionary is not null) Require(array.Dictionary);
    }

    private static void Offsets(ArrayData array, long first, long end, int size, ReadOffset read)
    {
        if (first == end) return;
        var offsets = array.Buffers[1].Span;
        var texts = array.Buffers[2].Length;
        Hold((end + 1) * size <= offsets.Length);
        var before = 0L;
        for (var i = first; i <= end; i++)
        {
            var offset = read(offsets.Slice((int)i * size, size));
            Hold(offset >= before && offset <= texts);
            before = offset;
        }
    }

    private static void Views(ArrayData array, long first, long end)
    {
        var views = array.Buffers[1].Span;
        Hold(end * ViewBytes <= views.Length);
        for (var i = first; i < end; i++)
        {
            var view = views.Slice((int)i * ViewBytes, ViewBytes);
            var length = BitConverter.ToInt32(view);
            Hold(length >= 0);
            if (length <= TextWithinView) continue;
            var (buffer, place) = (BitConverter.ToInt32(view[8..]), BitConverter.ToInt32(view[12..]));
            Hold(buffer >= 0 && buffer < array.Buffers.Length - 2 && place >= 0);
            Hold((long)place + length <= array.Buffers[buffer + 2].Length);
        }
    }

    private static void Hold(bool holds)
    {
        if (!holds) throw new InvalidDataException("a text lies outside its column");
    }

    private delegate long ReadOffset(ReadOnlySpan<byte> bytes);
}
