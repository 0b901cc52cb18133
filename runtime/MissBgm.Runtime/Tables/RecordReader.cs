using System.Text;
using CsvHelper;

namespace MissBgm.Runtime.Tables;

/// <summary>Reads a CSV stream row after row, each field as it stands in the file, so that observed cells can be written back byte for byte.</summary>
internal sealed class RecordReader : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _source;
    private readonly CsvReader _reader;

    /// <summary>Reads the header and, from it, the format.</summary>
    /// <exception cref="UserInputException">The file is empty, or its header is at fault.</exception>
    internal RecordReader(Stream stream, string source)
    {
        _source = source;
        Format = DetectFormat(stream);
        _reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = Format.Delimiter,
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            Encoding = Encoding.UTF8,
        }, leaveOpen: true);
        var header = new List<string>();
        if (!ReadRecord(header)) throw new UserInputException($"{source}: the file is empty; it must have a header line and rows.");
        RawHeader = header.ToArray();
        Table.CheckHeader(source, Array.ConvertAll(RawHeader, TableFormat.Unquote));
    }

    internal TableFormat Format { get; }

    internal string[] RawHeader { get; }

    /// <summary>The line at which the last row began.</summary>
    internal int Line { get; private set; }

    /// <summary>Appends the next row's raw fields; false at the end. Blank lines at the end of the file do not count.</summary>
    /// <exception cref="UserInputException">A row of another width than the header, a blank line amid rows, a stray quotation mark, not UTF-8.</exception>
    internal bool Next(List<string> fields)
    {
        var before = fields.Count;
        if (!ReadRecord(fields)) return false;
        if (_reader.RawRecord.IsEmpty) return NoRowFollows(Line);
        return fields.Count - before == RawHeader.Length
            ? true
            : throw new UserInputException(
                $"{_source}, line {Line}: the row has {fields.Count - before} fields, the header {RawHeader.Length}; every row must have as many fields as the header.");

        bool NoRowFollows(int blank)
        {
            while (ReadRecord(fields))
            {
                if (!_reader.RawRecord.IsEmpty)
                {
                    throw new UserInputException($"{_source}, line {blank}: the line is blank; remove it, or write a row of missing cells with its separators.");
                }
            }

            fields.RemoveRange(before, fields.Count - before);
            return false;
        }
    }

    public void Dispose() => _reader.Dispose();

    private bool ReadRecord(List<string> fields)
    {
        try
        {
            if (!_reader.Read()) return false;
            Line = (int)_reader.LineNumber;
            for (var i = 0; i < _reader.FieldCount; i++) fields.Add(StrictUtf8.GetString(_reader.GetRawSpan(i)));
            return true;
        }
        catch (CsvFormatException e)
        {
            throw new UserInputException(
                $"{_source}, line {e.LineNumber}: a quotation mark is misplaced or never closed; quote whole fields and double the marks inside them.", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserInputException($"{_source}, line {Line}: the text is not UTF-8; save the file as UTF-8.", e);
        }
    }

    // The header line tells the byte-order mark, the delimiter (its most frequent candidate) and the line ending; the file's last byte, whether the last line is ended.
    private static TableFormat DetectFormat(Stream stream)
    {
        if (stream.Length == 0) return TableFormat.Default;
        stream.Seek(-1, SeekOrigin.End);
        var last = stream.ReadByte();
        stream.Seek(0, SeekOrigin.Begin);
        Span<byte> start = stackalloc byte[3];
        var bom = stream.ReadAtLeast(start, 3, throwOnEndOfStream: false) == 3 && start.SequenceEqual(Encoding.UTF8.Preamble);
        stream.Seek(0, SeekOrigin.Begin);
        var counts = new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 };
        var (quoted, next) = (false, stream.ReadByte());
        for (; next >= 0 && (quoted || next is not ('\n' or '\r')); next = stream.ReadByte())
        {
            if (next == '"') quoted = !quoted;
            else if (!quoted && counts.TryGetValue((char)next, out var count)) counts[(char)next] = count + 1;
        }

        var newLine = next != '\r' ? "\n" : stream.ReadByte() == '\n' ? "\r\n" : "\r";
        stream.Seek(0, SeekOrigin.Begin);
        return new TableFormat { Delimiter = counts.MaxBy(c => c.Value).Key, NewLine = newLine, ByteOrderMark = bom, EndsWithNewLine = last is '\n' or '\r' };
    }
}
