using System.Buffers.Binary;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Whether a table in FlatBuffers' format (flatbuffers.dev, "Internals") and those that it refers to lie within their bytes, and their lists too. The
/// library takes memory for as many parts as a list says it has, and follows tables that refer to themselves.
/// </summary>
/// <param name="bytes">The buffer.</param>
internal ref struct FlatBufferCheck(ReadOnlySpan<byte> bytes)
{
    private const int MostLevels = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    // A table takes four bytes at least; where there are more, many refer to one, which is read for each of them anew.
    private int _tablesLeft = bytes.Length / sizeof(int);

    /// <summary>Checks a buffer.</summary>
    /// <exception cref="InvalidDataException">It is not so.</exception>
    internal static void Require(ReadOnlySpan<byte> bytes, FlatTable type)
    {
        var check = new FlatBufferCheck(bytes);
        check.Table(type, check.Referred(0), 0);
    }

    private void Table(FlatTable type, long at, int level)
    {
        Hold(level < MostLevels && --_tablesLeft >= 0);
        foreach (var (number, member) in type.Members)
        {
            if (Place(at, number) is not { } place) continue;
            switch (member)
            {
                case FlatList list:
                    Take(Referred(place) + sizeof(int), list.Size * (long)Count(Referred(place)));
                    break;
                case FlatTables tables:
                    var (first, count) = (Referred(place) + sizeof(int), Count(Referred(place)));
                    Take(first, sizeof(int) * (long)count);
                    for (var i = 0L; i < count; i++) Table(tables.Type, Referred(first + sizeof(int) * i), level + 1);
                    break;
                case FlatUnion union when Place(at, number - 1) is { } kind:
                    if (union.Types.TryGetValue(Take(kind, 1)[0], out var known)) Table(known, Referred(place), level + 1);
                    break;
                case FlatTable one:
                    Table(one, Referred(place), level + 1);
                    break;
            }
        }
    }

    // A table begins with how far before it the list of its members' places stands: its bytes, the table's, and the places; 0 of a member left out.
    private readonly long? Place(long at, int number)
    {
        var places = at - BinaryPrimitives.ReadInt32LittleEndian(Take(at, sizeof(int)));
        var (size, own) = (Short(places), sizeof(short) * (2 + number));
        Hold(size >= 2 * sizeof(short));
        if (own + sizeof(short) > size) return null;
        var place = Short(places + own);
        Hold(place >= 0);
        return place == 0 ? null : at + place;
    }

    private readonly long Referred(long at) => at + BinaryPrimitives.ReadUInt32LittleEndian(Take(at, sizeof(int)));

    private readonly uint Count(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Take(at, sizeof(int)));

    private readonly short Short(long at) => BinaryPrimitives.ReadInt16LittleEndian(Take(at, sizeof(short)));

    private readonly ReadOnlySpan<byte> Take(long at, long count)
    {
        Hold(at >= 0 && count <= _bytes.Length && at <= _bytes.Length - count);
        return _bytes.Slice((int)at, (int)count);
    }

    private static void Hold(bool holds)
    {
        if (!holds) throw new InvalidDataException("what it says of its parts is garbled");
    }
}

/// <summary>A member of a table in FlatBuffers' format that takes room elsewhere.</summary>
internal abstract record FlatMember;

/// <summary>Values of one size each, or a text.</summary>
/// <param name="Size">Bytes of a value.</param>
internal sealed record FlatList(int Size) : FlatMember;

/// <summary>Tables of one type.</summary>
internal sealed record FlatTables(FlatTable Type) : FlatMember;

/// <summary>A table of one of several types; the member before says which.</summary>
/// <param name="Types">Those that refer to something themselves.</param>
internal sealed record FlatUnion(IReadOnlyDictionary<byte, FlatTable> Types) : FlatMember;

/// <summary>A type of table.</summary>
internal sealed record FlatTable : FlatMember
{
    /// <summary>Its members that take room elsewhere, by number.</summary>
    internal IDictionary<int, FlatMember> Members { get; init; } = new Dictionary<int, FlatMember>();
}
