using System.Buffers.Binary;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// The fields of one protobuf message, one after the other, as the wire has them (protobuf.dev, "Encoding"): enough to look into an ONNX file before it is
/// handed to native code. Nothing is copied, and no length is believed that the bytes do not bear out.
/// </summary>
/// <param name="bytes">The message.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The present field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The present field's value, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The present field's bytes, if it is a text, bytes, a packed list or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes on to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        var tag = Varint();
        if (tag >> 3 is 0 or > 536870911) throw new InvalidDataException("a field's number is out of range");
        (Field, Number) = ((int)(tag >> 3), 0);
        Bytes = default;
        switch (tag & 7)
        {
            case 0: Number = Varint(); break;
            case 1: Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong))); break;
            case 2: Bytes = Take(Varint()); break;
            case 5: Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))); break;
            default: throw new InvalidDataException($"a field is of the unknown wire type {tag & 7}");
        }

        return true;
    }

    /// <summary>Adds the present field's numbers to a list: one, or those of a packed list.</summary>
    public readonly void AddNumbers(List<long> numbers)
    {
        if (Bytes.IsEmpty)
        {
            numbers.Add((long)Number);
            return;
        }

        var packed = new ProtobufReader(Bytes);
        while (!packed._rest.IsEmpty) numbers.Add((long)packed.Varint());
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << 7 * i;
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }

        throw new InvalidDataException("a number is cut off or too long");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length) throw new InvalidDataException("a field is cut off");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
