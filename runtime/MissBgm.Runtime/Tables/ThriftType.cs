namespace MissBgm.Runtime.Tables;

/// <summary>A type of Thrift's compact protocol (thrift.apache.org).</summary>
/// <param name="Code">What stands for it in a field's header.</param>
internal sealed record ThriftType(int Code)
{
    internal const int BooleanCode = 1, FalseCode = 2, ByteCode = 3, ShortCode = 4, LongCode = 6, DoubleCode = 7, BinaryCode = 8, ListCode = 9,
        StructureCode = 12;

    /// <summary>True or false, of which a field's header says which.</summary>
    internal static readonly ThriftType Flag = new(BooleanCode);

    /// <summary>A byte.</summary>
    internal static readonly ThriftType Octet = new(ByteCode);

    /// <summary>A whole number of 16, 32 or 64 bits, which are written alike.</summary>
    internal static readonly ThriftType Integer = new(LongCode);

    /// <summary>A number of eight bytes.</summary>
    internal static readonly ThriftType Real = new(DoubleCode);

    /// <summary>Bytes or a text.</summary>
    internal static readonly ThriftType Binary = new(BinaryCode);

    /// <summary>Of a list, what its values are.</summary>
    internal ThriftType? Element { get; private init; }

    /// <summary>Of a structure, its fields by their numbers.</summary>
    internal IReadOnlyDictionary<int, ThriftType> Fields { get; private init; } = new Dictionary<int, ThriftType>();

    /// <summary>Values of one type.</summary>
    internal static ThriftType List(ThriftType element) => new(ListCode) { Element = element };

    /// <summary>Fields, each of its own type.</summary>
    internal static ThriftType Structure(params ReadOnlySpan<(int Number, ThriftType Type)> fields) =>
        new(StructureCode) { Fields = fields.ToArray().ToDictionary(field => field.Number, field => field.Type) };

    /// <summary>Whether a field whose header has this code is read as one of this type.</summary>
    internal bool Reads(int code) =>
        code == Code || (Code == LongCode && code is >= ShortCode and <= LongCode) || (Code == BooleanCode && code == FalseCode);
}
