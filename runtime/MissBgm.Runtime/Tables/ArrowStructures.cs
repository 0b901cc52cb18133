namespace MissBgm.Runtime.Tables;

/// <summary>
/// The tables in which an Arrow file says what is in it, as far as they take room (Schema.fbs, Message.fbs and File.fbs of Apache Arrow's format; the
/// numbers are the format's).
/// </summary>
internal static class ArrowStructures
{
    // Of Type, those that refer to something: 10 a moment's time zone, 14 the numbers of a union's types.
    private const byte Timestamp = 10, Union = 14;

    private static readonly FlatList Text = new(1);
    private static readonly FlatList Numbers = new(sizeof(long));

    // A node: its length and nulls. A buffer: its place and length.
    private static readonly FlatList Pairs = new(2 * sizeof(long));

    // A message's place and the lengths of its two parts.
    private static readonly FlatList Blocks = new(3 * sizeof(long));

    private static readonly FlatTables Metadata = new(new FlatTable { Members = { [0] = Text, [1] = Text } });

    private static readonly FlatTable Schema = new() { Members = { [1] = new FlatTables(Field()), [2] = Metadata, [3] = Numbers } };

    private static readonly FlatTable Batch = new() { Members = { [1] = Pairs, [2] = Pairs, [4] = Numbers } };

    private static readonly FlatTable Dictionary = new() { Members = { [1] = Batch } };

    /// <summary>What stands before a part of the file: 1 the schema, 2 a dictionary, 3 a batch of rows.</summary>
    internal static readonly FlatTable Message = new()
    {
        Members = { [2] = new FlatUnion(new Dictionary<byte, FlatTable> { [1] = Schema, [2] = Dictionary, [3] = Batch }), [4] = Metadata },
    };

    /// <summary>The end of a file.</summary>
    internal static readonly FlatTable Footer = new() { Members = { [1] = Schema, [2] = Blocks, [3] = Blocks, [4] = Metadata } };

    // A field has fields in turn.
    private static FlatTable Field()
    {
        var type = new FlatUnion(new Dictionary<byte, FlatTable>
        {
            [Timestamp] = new() { Members = { [1] = Text } },
            [Union] = new() { Members = { [1] = new FlatList(sizeof(int)) } },
        });
        var field = new FlatTable { Members = { [0] = Text, [3] = type, [6] = Metadata } };
        field.Members[5] = new FlatTables(field);
        return field;
    }
}
