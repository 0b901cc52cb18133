using System.Runtime.CompilerServices;
using System.Text;

namespace TorchSharp;

/// <summary>
/// An argument of an operator. It keeps the managed object it was made from, so that a tensor cannot be collected while
/// the call that uses it runs.
/// </summary>
internal readonly struct Argument
{
    public readonly Tag Tag;
    public readonly long Bits;
    public readonly object? Reference;

    private Argument(Tag tag, long bits)
    {
        Tag = tag;
        Bits = bits;
    }

    private Argument(Tag tag, object? reference, long bits = 0)
    {
        Tag = reference is null ? Tag.None : tag;
        Bits = bits;
        Reference = reference;
    }

    /// <summary>The argument left out of an optional parameter.</summary>
    public static Argument None => default;

    /// <summary>A list of tensors of which some may be missing, as indexing takes it.</summary>
    public static Argument OfOptional(torch.Tensor?[] tensors) => new(Tag.OptionalTensorList, tensors);

    /// <summary>How many 64-bit words of scratch memory the argument takes besides its <see cref="Value"/>.</summary>
    public int Words => Tag switch
    {
        Tag.IntList => ((long[])Reference!).Length,
        Tag.TensorList or Tag.OptionalTensorList => ((torch.Tensor?[])Reference!).Length,
        Tag.String => (Encoding.UTF8.GetByteCount((string)Reference!) + 7) / 8,
        _ => 0,
    };

    /// <summary>Writes the argument as native code takes it, with what <see cref="Words"/> counts at <paramref name="scratch"/>.</summary>
    public unsafe void Marshal(ref Value value, long* scratch)
    {
        value.Tag = Tag;
        value.Length = 0;
        value.Bits = Bits;
        switch (Tag)
        {
            case Tag.IntList:
                var integers = (long[])Reference!;
                integers.CopyTo(new Span<long>(scratch, integers.Length));
                value.Length = integers.Length;
                value.Bits = (long)scratch;
                break;
            case Tag.TensorList or Tag.OptionalTensorList:
                var tensors = (torch.Tensor?[])Reference!;
                for (var i = 0; i < tensors.Length; i++)
                {
                    scratch[i] = tensors[i]?.Handle ?? 0;
                }

                value.Length = tensors.Length;
                value.Bits = (long)scratch;
                break;
            case Tag.String:
                var text = (string)Reference!;
                value.Length = Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Encoding.UTF8.GetByteCount(text)));
                value.Bits = (long)scratch;
                break;
        }
    }

    public static implicit operator Argument(torch.Tensor? value) => new(Tag.Tensor, value, value?.Handle ?? 0);
    public static implicit operator Argument(torch.Tensor[] value) => new(Tag.TensorList, value);
    public static implicit operator Argument(Scalar? value) => value is null ? default : new(value.Tag, value.Bits);
    public static implicit operator Argument(long value) => new(Tag.Int, value);
    public static implicit operator Argument(long? value) => value is long given ? given : default(Argument);
    public static implicit operator Argument(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Argument(double? value) => value is double given ? given : default(Argument);
    public static implicit operator Argument(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Argument(long[]? value) => new(Tag.IntList, value);
    public static implicit operator Argument(string? value) => new(Tag.String, value);
    public static implicit operator Argument(torch.ScalarType value) => new(Tag.Int, (long)value);
    public static implicit operator Argument(torch.ScalarType? value) => value is { } given ? given : default(Argument);
    public static implicit operator Argument(torch.Device? value) => value is null ? default : new(Tag.Device, value.Packed);
    public static implicit operator Argument(torch.Generator? value) => new(Tag.Generator, value, value?.Handle ?? 0);
}

/// <summary>
/// An operator of libtorch's dispatcher, by its schema name and overload (as in native_functions.yaml). It is looked up
/// at the first call. Arguments go in the schema's order; those left out at the end take the schema's defaults.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private nint _handle;

    private nint Handle => _handle != 0 ? _handle : _handle = Native.Check(Native.Operator("aten::" + name, overload));

    /// <summary>Calls the operator for its one tensor.</summary>
    public torch.Tensor Tensor(params ReadOnlySpan<Argument> arguments)
    {
        Value result;
        Call(arguments, &result, 1);
        return new torch.Tensor((nint)result.Bits);
    }

    /// <summary>Calls an operator that changes its first argument, and returns that.</summary>
    public torch.Tensor InPlace(params ReadOnlySpan<Argument> arguments)
    {
        Call(arguments, null, 0);
        return (torch.Tensor)arguments[0].Reference!;
    }

    /// <summary>Calls the operator for its first two tensors.</summary>
    public (torch.Tensor, torch.Tensor) Two(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[2];
        Call(arguments, results, 2);
        return (new torch.Tensor((nint)results[0].Bits), new torch.Tensor((nint)results[1].Bits));
    }

    /// <summary>Calls the operator for its first three tensors.</summary>
    public (torch.Tensor, torch.Tensor, torch.Tensor) Three(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[3];
        Call(arguments, results, 3);
        return (new torch.Tensor((nint)results[0].Bits), new torch.Tensor((nint)results[1].Bits), new torch.Tensor((nint)results[2].Bits));
    }

    /// <summary>Calls the operator for its list of tensors.</summary>
    public torch.Tensor[] List(params ReadOnlySpan<Argument> arguments)
    {
        Value result;
        Call(arguments, &result, 1);
        var handles = (nint*)result.Bits;
        var tensors = new torch.Tensor[result.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new torch.Tensor(handles[i]);
        }

        Native.FreeList((nint)handles);
        return tensors;
    }

    /// <summary>Calls the operator for a number or a truth value.</summary>
    public Scalar Scalar(params ReadOnlySpan<Argument> arguments)
    {
        Value result;
        Call(arguments, &result, 1);
        return new Scalar(result.Tag, result.Bits);
    }

    [SkipLocalsInit]
    private void Call(ReadOnlySpan<Argument> arguments, Value* results, int capacity)
    {
        // Lists and strings are copied one after another to a place that native code can read without pinning each.
        var words = 0;
        foreach (ref readonly var argument in arguments)
        {
            words += argument.Words;
        }

        var scratch = words <= 64 ? stackalloc long[64] : new long[words];
        var values = stackalloc Value[arguments.Length];
        fixed (long* start = scratch)
        {
            var place = start;
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i].Marshal(ref values[i], place);
                place += arguments[i].Words;
            }

            Native.Check(Native.Call(Handle, values, arguments.Length, results, capacity));
        }
    }
}
