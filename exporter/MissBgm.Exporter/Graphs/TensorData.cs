using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MissBgm.Exporter.Graphs;

/// <summary>The elements of a constant. Real numbers are kept as they came, float[] or double[], and converted to the graph's precision on emission.</summary>
internal sealed class TensorData
{
    // Shape inference reads small constants, and there is little to save.
    private const int FewestToNarrow = 1024;
    private readonly Array _values;

    private TensorData(ElementType type, IReadOnlyList<long> dimensions, Array values)
    {
        var size = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        if (size != values.LongLength)
        {
            throw new GraphException($"a constant of shape [{string.Join(", ", dimensions)}] needs {size} elements, but {values.LongLength} were given");
        }

        (Type, Dimensions, _values) = (type, dimensions, values);
    }

    public ElementType Type { get; }

    public IReadOnlyList<long> Dimensions { get; }

    public int Length => _values.Length;

    public Shape Shape => Shape.Create([.. Dimensions.Select(size => (Dimension)size)]);

    public static TensorData Real(float[] values, params long[] dimensions) => new(ElementType.Real, dimensions, values);

    public static TensorData Real(double[] values, params long[] dimensions) => new(ElementType.Real, dimensions, values);

    public static TensorData Doubles(double[] values, params long[] dimensions) => new(ElementType.Double, dimensions, values);

    public static TensorData Integers(long[] values, params long[] dimensions) => new(ElementType.Integer, dimensions, values);

    public static TensorData Booleans(bool[] values, params long[] dimensions) => new(ElementType.Boolean, dimensions, values);

    /// <summary>Elements of the given type from real numbers, for constant folding.</summary>
    public static TensorData From(ElementType type, double[] values, params long[] dimensions) => type switch
    {
        ElementType.Real => Real(values, dimensions),
        ElementType.Double => Doubles(values, dimensions),
        ElementType.Integer => Integers(Array.ConvertAll(values, value => (long)value), dimensions),
        _ => Booleans(Array.ConvertAll(values, value => value != 0), dimensions),
    };

    /// <summary>One element as a real number; true is 1.</summary>
    public double this[int index] => _values switch
    {
        float[] single => single[index],
        double[] real => real[index],
        long[] integers => integers[index],
        _ => ((bool[])_values)[index] ? 1 : 0,
    };

    public long[] AsIntegers() => (long[])_values;

    public bool HasNaN() => _values switch
    {
        float[] single => Array.Exists(single, float.IsNaN),
        double[] real => Array.Exists(real, double.IsNaN),
        _ => false,
    };

    /// <summary>The same elements in another shape.</summary>
    public TensorData Reshape(IReadOnlyList<long> dimensions) => new(Type, dimensions, _values);

    /// <summary>Constants of one shape along a new first axis.</summary>
    public static TensorData Stack(IReadOnlyList<TensorData> parts)
    {
        var values = Array.CreateInstance(parts[0]._values.GetType().GetElementType()!, parts.Sum(part => part._values.LongLength));
        var position = 0L;
        foreach (var part in parts)
        {
            Array.Copy(part._values, 0, values, position, part._values.LongLength);
            position += part._values.LongLength;
        }

        return new TensorData(parts[0].Type, [parts.Count, .. parts[0].Dimensions], values);
    }

    /// <summary>Number of bytes that the elements take in a file.</summary>
    public long ByteCount(Precision precision) => _values.LongLength * (Type, precision) switch
    {
        (ElementType.Boolean, _) => 1,
        (ElementType.Real, Precision.Single) => 4,
        _ => 8,
    };

    /// <summary>Hands over the little-endian bytes that ONNX's raw_data holds, piece by piece, since a constant may be larger than one span.</summary>
    public void ReadBytes(Precision precision, Action<ReadOnlySpan<byte>> reader)
    {
        const int piece = 1 << 20;
        for (var start = 0; start < _values.Length; start += piece) reader(Bytes(precision, start, Math.Min(piece, _values.Length - start)));
    }

    /// <summary>The little-endian bytes of the elements in half precision, if there are many real ones and each of them is a half-precision number.</summary>
    public byte[]? AsHalves()
    {
        if (_values is not float[] single || single.Length < FewestToNarrow) return null;
        var halves = Array.ConvertAll(single, value => (Half)value);
        for (var i = 0; i < single.Length; i++)
        {
            if ((float)halves[i] != single[i]) return null;
        }

        return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
    }

    /// <summary>The little-endian bytes of the elements in a narrower type, if there are many whole numbers and each of them fits.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public byte[]? AsNarrow<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        if (_values is not long[] integers || integers.Length < FewestToNarrow) return null;
        var narrow = Array.ConvertAll(integers, T.CreateTruncating);
        for (var i = 0; i < integers.Length; i++)
        {
            if (long.CreateTruncating(narrow[i]) != integers[i]) return null;
        }

        return MemoryMarshal.AsBytes(narrow.AsSpan()).ToArray();
    }

    /// <summary>Equal keys mean equal constants.</summary>
    public string Key(Precision precision)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadBytes(precision, hash.AppendData);
        return $"{Type}[{string.Join(",", Dimensions)}]{Convert.ToHexString(hash.GetHashAndReset())}";
    }

    private ReadOnlySpan<byte> Bytes(Precision precision, int start, int length) => _values switch
    {
        float[] single when precision == Precision.Double =>
            MemoryMarshal.AsBytes(Array.ConvertAll(single[start..(start + length)], value => (double)value).AsSpan()),
        float[] single => MemoryMarshal.AsBytes(single.AsSpan(start, length)),
        double[] real when Type == ElementType.Real && precision == Precision.Single =>
            MemoryMarshal.AsBytes(Array.ConvertAll(real[start..(start + length)], value => (float)value).AsSpan()),
        double[] real => MemoryMarshal.AsBytes(real.AsSpan(start, length)),
        long[] integers => MemoryMarshal.AsBytes(integers.AsSpan(start, length)),
        _ => MemoryMarshal.AsBytes(((bool[])_values).AsSpan(start, length)),
    };
}
