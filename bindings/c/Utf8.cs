using System.Runtime.InteropServices;
using System.Text;

namespace MissBgm.Native;

/// <summary>Texts as C has them.</summary>
internal static unsafe class Utf8
{
    /// <summary>A copy that ends with a zero, to be freed.</summary>
    public static nint Copy(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        copy[bytes.Length] = 0;
        return (nint)copy;
    }
}
