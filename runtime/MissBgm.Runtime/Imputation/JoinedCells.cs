namespace MissBgm.Runtime.Imputation;

/// <summary>
/// Files of cells one after another. A file has the column of notes only if one of its cells has a note: if one of them has it, so has what
/// they become.
/// </summary>
internal static class JoinedCells
{
    private static ReadOnlySpan<byte> Note => ",note"u8;

    /// <summary>Writes them.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="files">Opens each, twice: for its header, and for its lines.</param>
    internal static void Write(Stream stream, IReadOnlyList<Func<Stream>> files)
    {
        if (files.Count == 1)
        {
            using var only = files[0]();
            only.CopyTo(stream);
            return;
        }

        var headers = files.Select(open =>
        {
            using var file = open();
            return Lines(file).FirstOrDefault() ?? [];
        }).ToArray();
        var header = headers.MaxBy(line => line.Length)!;
        var noted = Array.Exists(headers, HasNotes);
        stream.Write(header);
        stream.WriteByte((byte)'\n');
        for (var i = 0; i < files.Count; i++)
        {
            using var file = files[i]();
            foreach (var line in Lines(file).Skip(1))
            {
                stream.Write(line);
                if (noted && !HasNotes(headers[i])) stream.WriteByte((byte)',');
                stream.WriteByte((byte)'\n');
            }
        }
    }

    private static bool HasNotes(byte[] header) => header.AsSpan().EndsWith(Note);

    // Lines without their ends; a line end within quotes is a part of a name.
    private static IEnumerable<byte[]> Lines(Stream file)
    {
        using var buffered = new BufferedStream(file, 1 << 16);
        var line = new List<byte>();
        var quoted = false;
        for (int next; (next = buffered.ReadByte()) >= 0;)
        {
            quoted ^= next == '"';
            if (next != '\n' || quoted)
            {
                line.Add((byte)next);
                continue;
            }

            yield return line.ToArray();
            line.Clear();
        }

        if (line.Count > 0) yield return line.ToArray();
    }
}
