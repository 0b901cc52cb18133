using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MissBgm.Exporter.Graphs;

/// <summary>The elements of a constant. Real numbers are kept as they came, float[] or double[], and converted to the graph's precision on emission.</summary>
internal sealed class TensorData
{
    private readonly Array values;

    private TensorData(ElementType type, IReadOnlyList<long> dimensions, Array values)
    {
        var size = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        if (size != values.LongLength)
        {
            throw new GraphException($"a constant of shape [{string.Join(", ", dimensions)}] needs {size} elements, but {values.LongLength} were given");
        }

        (Type, Dimensions, this.values) = (type, dimensions, values);
    }

    public ElementType Type { get; }

    public IReadOnlyList<long> Dimensions { get; }

    public int Length => values.Length;

    public Shape Shape => Shape.Create([.. Dimensions.Select(size => (Dimension)size)]);

    public static TensorData Real(float[] values, params long[] dimensions) => new(ElementType.Real, dimensions, values);

    public static TensorData Real(double[] values, params long[] dimensions) => new(ElementType.Real, dimensions, values);

    public static TensorData Integers(long[] values, params long[] dimensions) => new(ElementType.Integer, dimensions, values);

    public static TensorData Booleans(bool[] values, params long[] dimensions) => new(ElementType.Boolean, dimensions, values);

    /// <summary>Elements of the given type from real numbers, for constant folding.</summary>
    public static TensorData From(ElementType type, double[] values, params long[] dimensions) => type switch
    {
        ElementType.Real => Real(values, dimensions),
        ElementType.Integer => Integers(Array.ConvertAll(values, value => (long)value), dimensions),
        _ => Booleans(Array.ConvertAll(values, value => value != 0), dimensions),
    };

    /// <summary>One element as a real number; true is 1.</summary>
    public double this[int index] => values switch
    {
        float[] single => single[index],
        double[] real => real[index],
        long[] integers => integers[index],
        _ => ((bool[])values)[index] ? 1 : 0,
    };

    public long[] AsIntegers() => (long[])values;

    public bool IsFinite() => values switch
    {
        float[] single => Array.TrueForAll(single, float.IsFinite),
        double[] real => Array.TrueForAll(real, double.IsFinite),
        _ => true,
    };

    /// <summary>The same elements in another shape.</summary>
    public TensorData Reshape(IReadOnlyList<long> dimensions) => new(Type, dimensions, values);

    /// <summary>The little-endian bytes that ONNX's raw_data holds.</summary>
    public ReadOnlySpan<byte> Bytes(Precision precision) => values switch
    {
        float[] single when precision == Precision.Double => MemoryMarshal.AsBytes(Array.ConvertAll(single, value => (double)value).AsSpan()),
        float[] single => MemoryMarshal.AsBytes(single.AsSpan()),
        double[] real when precision == Precision.Single => MemoryMarshal.AsBytes(Array.ConvertAll(real, value => (float)value).AsSpan()),
        double[] real => MemoryMarshal.AsBytes(real.AsSpan()),
        long[] integers => MemoryMarshal.AsBytes(integers.AsSpan()),
        _ => MemoryMarshal.AsBytes(((bool[])values).AsSpan()),
    };

    /// <summary>Equal keys mean equal constants.</summary>
    public string Key(Precision precision) => $"{Type}[{string.Join(",", Dimensions)}]{Convert.ToHexString(SHA256.HashData(Bytes(precision)))}";
}
