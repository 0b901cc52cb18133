using System.Text;

namespace MissBgm.Runtime.Files;

/// <summary>Finds how a text file's characters are written.</summary>
internal static class TextEncoding
{
    /// <summary>UTF-8 that refuses what is not.</summary>
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>An encoding by its name, as IANA lists them, or by its code page.</summary>
    /// <exception cref="UserInputException">There is none of that name.</exception>
    internal static Encoding Named(string name)
    {
        var plain = name.Trim().ToLowerInvariant();
        if (plain is "utf-8" or "utf8") return Utf8;
        if (plain is "latin-1" or "latin1" or "l1") plain = "iso-8859-1";
        if (plain.StartsWith("cp", StringComparison.Ordinal) && int.TryParse(plain[2..], out var page)) plain = $"windows-{page}";
        try
        {
            // Encodings of old code pages are not registered: the host program decides that.
            return CodePagesEncodingProvider.Instance.GetEncoding(plain, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(plain, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException e)
        {
            throw new UserInputException($"'{name}' is no encoding; give one such as utf-8, utf-16, windows-1252 or iso-8859-15.", e);
        }
    }

    /// <summary>Whether texts of an encoding are read as they are.</summary>
    internal static bool IsUtf8(Encoding encoding) => encoding.CodePage == Utf8.CodePage;

    /// <summary>A text in UTF-8, held in memory; a byte-order mark stays.</summary>
    /// <exception cref="UserInputException">The text is not of the encoding.</exception>
    internal static MemoryStream Recode(Stream stream, Encoding encoding, string name)
    {
        var held = new MemoryStream();
        try
        {
            using var recoded = Encoding.CreateTranscodingStream(stream, encoding, Utf8, leaveOpen: true);
            recoded.CopyTo(held);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserInputException($"{name} is not {encoding.WebName}: byte {e.Index} belongs to no character; name its encoding with --encoding.", e);
        }

        held.Position = 0;
        return held;
    }

    /// <summary>UTF-16 or UTF-32, by the byte-order mark or by where the zeros are; null otherwise.</summary>
    internal static Encoding? Wide(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((byte[])[0xFF, 0xFE, 0, 0])) return new UTF32Encoding(false, false, true);
        if (start.StartsWith((byte[])[0, 0, 0xFE, 0xFF])) return new UTF32Encoding(true, false, true);
        if (start.StartsWith((byte[])[0xFF, 0xFE])) return new UnicodeEncoding(false, false, true);
        if (start.StartsWith((byte[])[0xFE, 0xFF])) return new UnicodeEncoding(true, false, true);
        int[] zeros = [0, 0];
        for (var i = 0; i < start.Length; i++) zeros[i & 1] += start[i] == 0 ? 1 : 0;
        // Digits, separators and most letters have a zero for one of their two bytes.
        if (zeros[1] * 4 > start.Length && zeros[0] * 20 < start.Length) return new UnicodeEncoding(false, false, true);
        return zeros[0] * 4 > start.Length && zeros[1] * 20 < start.Length ? new UnicodeEncoding(true, false, true) : null;
    }

    /// <summary>Finds the encoding of a text that can seek, which stands at its beginning after that.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="otherwise">The encoding of a text that is not UTF-8; Windows-1252 if there is none, which holds Latin-1.</param>
    /// <exception cref="UserInputException">The text is partly UTF-8, or of no known encoding.</exception>
    internal static Encoding Find(Stream stream, string name, Func<Encoding?> otherwise)
    {
        if (Wide(InputFile.Start(stream)) is { } wide) return wide;
        var count = new ByteCount();
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;) count.Add(buffer.AsSpan(0, read));
        stream.Position = 0;
        if (count.Invalid == 0 || (count.Invalid == 1 && count.Open)) return Utf8;
        if (otherwise() is { } named) return named;
        if (count.Valid > 0)
        {
            throw new UserInputException(
                $"{name}, line {count.InvalidLine}: the text is not UTF-8, and other lines are; save the file in one encoding, or "
                + "name it with --encoding (such as windows-1252).");
        }

        if (count.Undefined)
        {
            throw new UserInputException(
                $"{name}, line {count.InvalidLine}: the text is not UTF-8, nor Windows-1252; name its encoding with --encoding "
                + "(such as windows-1251 or shift_jis).");
        }

        return Named("windows-1252");
    }

    /// <summary>Counts characters of several bytes, and bytes that are none.</summary>
    private sealed class ByteCount
    {
        private int _left;
        private int _line = 1;

        internal long Valid { get; private set; }

        internal long Invalid { get; private set; }

        internal int InvalidLine { get; private set; }

        internal bool Undefined { get; private set; }

        /// <summary>Whether the text ends within a character, as one that is cut off.</summary>
        internal bool Open => _left > 0;

        internal void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes)
            {
                if (value < 0x80 && _left == 0)
                {
                    if (value == '\n') _line++;
                    continue;
                }

                Undefined |= value is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D;
                if (_left > 0 && value is >= 0x80 and < 0xC0)
                {
                    if (--_left == 0) Valid++;
                    continue;
                }

                if (_left > 0) Fault();
                _left = value switch
                {
                    < 0x80 => 0,
                    >= 0xC2 and <= 0xDF => 1,
                    >= 0xE0 and <= 0xEF => 2,
                    >= 0xF0 and <= 0xF4 => 3,
                    _ => -1,
                };
                if (_left < 0) Fault();
                if (value == '\n') _line++;
            }
        }

        private void Fault()
        {
            if (Invalid++ == 0) InvalidLine = _line;
            _left = 0;
        }
    }
}
