using System.IO.Compression;
using System.Xml;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>Whether a workbook is no larger than it looks: what hardly any bytes stand for could fill the memory, or take hours to read.</summary>
internal static class ExcelBounds
{
    // A workbook's texts pack to a tenth or a thirtieth.
    private const long HarmlessBytes = 64L << 20;
    private const long LargestRatio = 100;

    // A single value in the farthest corner of a sheet makes 17 thousand million cells of it.
    private const long HarmlessArea = 200_000;
    private const long LargestShare = 100;

    /// <summary>Checks a workbook.</summary>
    /// <exception cref="UserInputException">It unpacks to far more than it is, or its first sheet is all but empty.</exception>
    /// <exception cref="XmlException">The sheet is no XML, or has a document type, which could hold entities without end.</exception>
    internal static void Require(Stream stream, string source)
    {
        stream.Position = 0;
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var (packed, unpacked) = (archive.Entries.Sum(entry => entry.CompressedLength), archive.Entries.Sum(entry => entry.Length));
        if (unpacked > HarmlessBytes && unpacked > LargestRatio * packed)
        {
            throw new UserInputException(
                $"{source} would unpack from {FileSize.Text(packed)} to {FileSize.Text(unpacked)}, which no table does; do not open it.");
        }

        if (archive.GetEntry("xl/worksheets/sheet1.xml") is not { } sheet) return;
        var (cells, rows, columns) = Extent(sheet);
        if (rows * columns <= Math.Max(HarmlessArea, LargestShare * cells)) return;
        throw new UserInputException(
            $"{source}: the first sheet has {cells} cells, spread over {rows} rows and {columns} columns; delete what stands apart from the table.");
    }

    private static (long Cells, long Rows, long Columns) Extent(ZipArchiveEntry sheet)
    {
        var (cells, rows, columns, row, column) = (0L, 0L, 0L, 0L, 0L);
        using var stream = sheet.Open();
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "row")
            {
                row = long.TryParse(reader.GetAttribute("r"), out var number) ? number : row + 1;
                column = 0;
            }
            else if (reader.LocalName == "c")
            {
                column = Column(reader.GetAttribute("r")) ?? column + 1;
                (cells, rows, columns) = (cells + 1, Math.Max(rows, row), Math.Max(columns, column));
            }
        }

        return (cells, rows, columns);
    }

    // The letters of a place such as AB12 are its column's number to the base of 26.
    private static long? Column(string? place)
    {
        var letters = place?.TakeWhile(char.IsAsciiLetter).Take(6).ToArray() ?? [];
        return letters.Length == 0 ? null : letters.Aggregate(0L, (number, letter) => number * 26 + (letter & 31));
    }
}
