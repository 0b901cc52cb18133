using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;

namespace MissBgm.Trainer.Tensors;

/// <summary>NumPy's array file, version 1.0, little-endian: float32, float64, uint8, int32 or int64. Written in C order; matrices are read in either.</summary>
public static partial class NpyFile
{
    /// <summary>Writes an array, byte for byte as <c>numpy.save</c> does; the file appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">The array's dimensions.</param>
    /// <param name="values">Row-major values.</param>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public static void Write<T>(string path, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using var file = new OutputFile(path);
        Write(file.Stream, shape, values);
        file.Commit();
    }

    /// <summary>Writes an array to a stream.</summary>
    public static void Write<T>(Stream stream, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (Count(shape) != values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fill the shape {NpyHeader.Text(shape)}.", nameof(values));
        }
        stream.Write(NpyHeader.Of(TypeCode<T>(), shape));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads an array.</summary>
    /// <returns>The dimensions and the row-major values.</returns>
    /// <exception cref="UserInputException">Not an array file, another element type than T, an order that is not understood, or a truncated file.</exception>
    public static (int[] Shape, T[] Values) Read<T>(string path)
        where T : unmanaged
    {
        if (!File.Exists(path)) throw new UserInputException($"{path}: there is no such file.");
        return Read<T>(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads an array from a file's bytes; messages call it <paramref name="name"/>.</summary>
    /// <exception cref="UserInputException">Not an array file, another element type than T, an order that is not understood, or truncated.</exception>
    public static (int[] Shape, T[] Values) Read<T>(ReadOnlySpan<byte> bytes, string name)
        where T : unmanaged
    {
        if (!bytes.StartsWith(NpyHeader.Magic)) throw new UserInputException($"{name}: not a NumPy array file of version 1.0; write it with numpy.save.");
        var start = NpyHeader.PrefixLength;
        if (bytes.Length >= start) start += BinaryPrimitives.ReadUInt16LittleEndian(bytes[NpyHeader.Magic.Length..]);
        if (bytes.Length < start) throw new UserInputException($"{name}: the file is truncated.");
        var header = Header().Match(Encoding.ASCII.GetString(bytes[NpyHeader.PrefixLength..start]));
        if (!header.Success) throw new UserInputException($"{name}: the array's header is not understood; the elements must be plain numbers.");
        if (header.Groups["type"].Value != TypeCode<T>())
        {
            throw new UserInputException(
                $"{name}: the elements are '{header.Groups["type"].Value}'; '{TypeCode<T>()}' is needed. Convert with numpy's astype.");
        }

        var shape = header.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        var data = bytes[start..];
        var expected = Count(shape) * Marshal.SizeOf<T>();
        if (data.Length != expected)
        {
            throw new UserInputException(
                $"{name}: {data.Length} bytes of data where the shape {NpyHeader.Text(shape)} needs {expected}; the file is "
                + "truncated or altered.");
        }
        var values = MemoryMarshal.Cast<byte, T>(data).ToArray();
        if (header.Groups["order"].Value == "False" || shape.Length < 2) return (shape, values);
        if (shape.Length > 2)
        {
            throw new UserInputException(
                $"{name}: the array has {shape.Length} dimensions in Fortran order; write it with numpy.ascontiguousarray.");
        }
        return (shape, Transpose(values, shape[0], shape[1]));
    }

    private static T[] Transpose<T>(T[] columnMajor, int rows, int columns)
    {
        var values = new T[columnMajor.Length];
        for (var i = 0; i < values.Length; i++) values[i] = columnMajor[i % columns * rows + i / columns];
        return values;
    }

    private static string TypeCode<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        System.TypeCode.Single => "<f4",
        System.TypeCode.Double => "<f8",
        System.TypeCode.Byte => "|u1",
        System.TypeCode.Int32 => "<i4",
        System.TypeCode.Int64 => "<i8",
        _ => throw new NotSupportedException($"{typeof(T).Name} arrays are not written."),
    };

    private static long Count(ReadOnlySpan<int> shape)
    {
        var count = 1L;
        foreach (var dimension in shape) count *= dimension;
        return count;
    }

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']+)', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[\d, ]*)\), \} *\n$")]
    private static partial Regex Header();
}
