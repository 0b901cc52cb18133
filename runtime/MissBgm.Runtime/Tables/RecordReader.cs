using System.Text;
using CsvHelper;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>Reads a CSV stream row after row, each field as it stands in the file, so that observed cells can be written back byte for byte.</summary>
internal sealed class RecordReader : IDisposable
{
    private const int ShownLines = 5;

    // Beyond so many rows of another width nobody wants to know how many there are.
    private const int MostRagged = 100_000;

    /// <summary>Columns of a table at most; a header of more is a file of another kind.</summary>
    private const int MostColumns = 1_000_000;

    private readonly string _source;
    private readonly string? _comment;
    private readonly bool _isDeclared;
    private readonly int _preambleLines;
    private readonly CsvReader _reader;
    private readonly List<(int Line, int Fields)> _ragged = [];
    private int _raggedRows;

    /// <summary>Reads the header and, from it, the format.</summary>
    /// <param name="stream">UTF-8 text that can seek.</param>
    /// <param name="source">What messages call the table.</param>
    /// <param name="encoding">How the file's own characters are written.</param>
    /// <param name="options">How to read what the file does not say.</param>
    /// <exception cref="UserInputException">The file is empty, or its header is at fault.</exception>
    internal RecordReader(Stream stream, string source, Encoding encoding, ReadOptions options)
    {
        _source = source;
        Format = FormatDetection.Find(stream, encoding, options.Comment);
        _comment = options.Comment ?? (Format.Preamble.StartsWith('#') ? "#" : null);
        _isDeclared = options.Comment is not null;
        _preambleLines = Format.Preamble.ReplaceLineEndings("\n").Count(c => c == '\n');
        _reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = Format.Delimiter,
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            Encoding = Encoding.UTF8,
        }, leaveOpen: true);
        var header = new PackedTexts();
        if (!ReadRecord(header)) throw new UserInputException($"{source}: the file is empty; it must have a header line and rows.");
        if (header.Count > MostColumns)
        {
            throw new UserInputException(
                $"{source}: the header has {header.Count} fields, and at most {MostColumns} columns are read; the file does not look like a table.");
        }

        RawHeader = [.. header];
        Names = Table.Named(source, Array.ConvertAll(RawHeader, TableFormat.Unquote));
    }

    internal TableFormat Format { get; }

    internal string[] RawHeader { get; }

    /// <summary>The columns' names: those of the header, and for columns without one as pandas calls them.</summary>
    internal string[] Names { get; }

    /// <summary>The line at which the last row began.</summary>
    internal int Line { get; private set; }

    /// <summary>Comment lines amid the rows, each with the number of rows before it.</summary>
    internal List<(int Rows, string Text)> Comments { get; } = [];

    /// <summary>
    /// Appends the next row's raw fields; false at the end. Blank lines at the end of the file do not count; in a table of one column they
    /// are missing cells.
    /// </summary>
    /// <exception cref="UserInputException">Rows of another width than the header, a blank line amid rows, a stray quotation mark, not of
    /// the file's encoding.</exception>
    internal bool Next(PackedTexts fields)
    {
        var before = fields.Count;
        while (ReadRecord(fields))
        {
            if (IsComment(fields, before))
            {
                Comments.Add((before / RawHeader.Length, TextEncoding.Utf8.GetString(_reader.RawRecord)));
                fields.Truncate(before);
                continue;
            }

            // data.table and R write a missing cell of a table of one column as a blank line.
            if (_reader.RawRecord.IsEmpty && RawHeader.Length == 1)
            {
                if (fields.Count == before) fields.Add([]);
                return true;
            }

            if (_reader.RawRecord.IsEmpty)
            {
                RequireNoMoreRows(Line, fields, before);
                break;
            }

            if (fields.Count - before == RawHeader.Length) return true;
            if (_raggedRows++ < ShownLines) _ragged.Add((Line, fields.Count - before));
            fields.Truncate(before);
            if (_raggedRows == MostRagged) break;
        }

        return _raggedRows == 0 ? false : throw Ragged();
    }

    public void Dispose() => _reader.Dispose();

    // A comment that nobody declared is told from a row by its width, too.
    private bool IsComment(PackedTexts fields, int before) =>
        _comment is not null && fields.Count > before && fields[before].StartsWith(_comment, StringComparison.Ordinal)
        && (_isDeclared || fields.Count - before != RawHeader.Length || fields[before].StartsWith("# ", StringComparison.Ordinal));

    private void RequireNoMoreRows(int blank, PackedTexts fields, int before)
    {
        while (ReadRecord(fields))
        {
            if (!_reader.RawRecord.IsEmpty)
            {
                throw new UserInputException($"{_source}, line {blank}: the line is blank; remove it, or write a row of missing cells with its separators.");
            }
        }

        fields.Truncate(before);
    }

    private UserInputException Ragged()
    {
        var shown = string.Join("; ", _ragged.Select(row => $"line {row.Line}: the row has {row.Fields} fields"));
        var more = _raggedRows > _ragged.Count ? $"; and {_raggedRows - _ragged.Count} more such rows{(_raggedRows == MostRagged ? " up to there" : "")}" : "";
        var hint = _ragged.TrueForAll(row => row.Fields == RawHeader.Length + 1) && _raggedRows > 1
            ? " If the first field is a row's name, give it a name in the header (R: write.csv, or write.table with col.names = NA)."
            : "";
        return new UserInputException($"{_source}, {shown}, the header {RawHeader.Length}{more}; every row must have as many fields as the header.{hint}");
    }

    private bool ReadRecord(PackedTexts fields)
    {
        try
        {
            if (!_reader.Read()) return false;
            Line = (int)_reader.LineNumber + _preambleLines;
            for (var i = 0; i < _reader.FieldCount; i++) fields.Add(_reader.GetRawSpan(i));
            return true;
        }
        catch (CsvFormatException e)
        {
            throw new UserInputException(
                $"{_source}, line {e.LineNumber + _preambleLines}: a quotation mark is misplaced or never closed; quote whole "
                + "fields and double the marks inside them.",
                e);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserInputException($"{_source}, line {Line}: the text is not UTF-8; save the file as UTF-8, or name its encoding with --encoding.", e);
        }
    }
}
