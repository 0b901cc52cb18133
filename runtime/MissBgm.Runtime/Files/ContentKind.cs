using System.IO.Compression;
using System.Text;

namespace MissBgm.Runtime.Files;

/// <summary>Tells from a file's first bytes what it is, and names what is no table.</summary>
internal static class ContentKind
{
    // Beginnings that other programs' files have, what the files are, and the way out.
    private static readonly (byte[] Start, string What, string Mend)[] Others =
    [
        (Hex("D0CF11E0A1B11AE1"), "an Excel workbook of the old kind (.xls)", "save it as .xlsx or as CSV"),
        (Hex("504B0506"), "an empty zip file", "name a table"),
        (Hex("425A68"), "a bzip2 file", "unpack it (bunzip2), or pack it with gzip or zstd"),
        (Hex("FD377A585A00"), "an xz file", "unpack it (unxz), or pack it with gzip or zstd"),
        (Hex("377ABCAF271C"), "a 7-Zip file", "unpack it"),
        (Hex("526172211A07"), "a RAR file", "unpack it"),
        (Hex("04224D18"), "an LZ4 file", "unpack it, or pack it with gzip or zstd"),
        (Text("FEA1"), "a Feather file of version 1", "write it anew as version 2 (Arrow)"),
        (Text("Obj\u0001"), "an Avro file", "write the table as CSV or Parquet"),
        (Text("ORC"), "an ORC file", "write the table as CSV or Parquet"),
        (Hex("894844460D0A1A0A"), "an HDF5 file", "write the table as CSV or Parquet"),
        (Text("SQLite format 3"), "an SQLite database", "write the table as CSV"),
        (Hex("934E554D5059"), "a NumPy array (.npy)", "write it as CSV with a header (numpy.savetxt, header=, comments='')"),
        (Text("RDX"), "an R data file", "write the table as CSV (write.csv, row.names = FALSE)"),
        (Text("X\n\0"), "an R data file (.rds)", "write the table as CSV (write.csv, row.names = FALSE)"),
        (Text("$FL2"), "an SPSS file", "write the table as CSV"),
        (Text("$FL3"), "an SPSS file", "write the table as CSV"),
        (Hex("80049500"), "a Python pickle", "write the table as CSV or Parquet"),
        (Hex("89504E470D0A1A0A"), "a picture (PNG)", "name a table"),
        (Hex("FFD8FF"), "a picture (JPEG)", "name a table"),
        (Hex("7F454C46"), "a program", "name a table"),
    ];

    internal static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith(Hex("1F8B"));

    internal static bool IsZstandard(ReadOnlySpan<byte> start) => start.StartsWith(Hex("28B52FFD"));

    internal static bool IsParquet(ReadOnlySpan<byte> start) => start.StartsWith("PAR1"u8);

    internal static bool IsArrowFile(ReadOnlySpan<byte> start) => start.StartsWith("ARROW1"u8);

    internal static bool IsArrowStream(ReadOnlySpan<byte> start) => start.Length > 8 && start.StartsWith(Hex("FFFFFFFF")) && start[7] == 0;

    /// <summary>Whether the file is a workbook of Excel 2007 and later.</summary>
    /// <exception cref="UserInputException">It is another zip file.</exception>
    internal static bool IsWorkbook(Stream stream, ReadOnlySpan<byte> start, string name)
    {
        if (!start.StartsWith(Hex("504B0304"))) return false;
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            stream.Position = 0;
            if (archive.Entries.Any(entry => entry.FullName == "xl/workbook.xml")) return true;
            var what = archive.Entries.Any(entry => entry.FullName == "content.xml") ? "an OpenDocument file; save it as .xlsx or as CSV"
                : archive.Entries.Any(entry => entry.FullName == "manifest.json") ? "a model (a .zip bundle); name a table"
                : archive.Entries.Any(entry => entry.FullName == "xl/workbook.bin") ? "an Excel workbook of the binary kind (.xlsb); save it as .xlsx or as CSV"
                : $"a zip file of {archive.Entries.Count} {(archive.Entries.Count == 1 ? "file" : "files")}; unpack it";
            throw new UserInputException($"{name} is no table: it is {what}.");
        }
        catch (InvalidDataException e)
        {
            throw new UserInputException($"{name} is no table: it is a zip file or an Excel workbook (.xlsx), and damaged or cut off; copy it again.", e);
        }
    }

    /// <summary>Refuses what is known to be no table, and names it.</summary>
    /// <exception cref="UserInputException">It is something else.</exception>
    internal static void RefuseOthers(ReadOnlySpan<byte> start, string name)
    {
        // A column may be called ORC: other programs' files hold control characters soon.
        var binary = start.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || start.IndexOfAnyInRange((byte)14, (byte)31) >= 0;
        foreach (var (beginning, what, mend) in Others)
        {
            if (binary && start.StartsWith(beginning)) throw new UserInputException($"{name} is no table: it is {what}; {mend}.");
        }

        var text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, 256)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t');
        var other = text.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            ? "a web page (HTML), as a failed download leaves"
            : text.StartsWith("<?xml", StringComparison.Ordinal) ? "an XML file"
            : text.StartsWith("{\"", StringComparison.Ordinal) || text.StartsWith("[{", StringComparison.Ordinal)
                || text.StartsWith("{\n", StringComparison.Ordinal)
                ? "a JSON file"
            : text.StartsWith("version https://git-lfs", StringComparison.Ordinal) ? "a Git LFS pointer: the file itself has not been fetched (git lfs pull)"
            : text.StartsWith("%PDF-", StringComparison.Ordinal) ? "a PDF document"
            : text.StartsWith("{\\rtf", StringComparison.Ordinal) ? "an RTF document"
            : text.StartsWith("<stata_dta>", StringComparison.Ordinal) ? "a Stata file"
            : text.StartsWith("@relation", StringComparison.OrdinalIgnoreCase) ? "an ARFF file"
            : null;
        if (other is not null) throw new UserInputException($"{name} is no table: it is {other}; write the table as CSV.");
        RefuseNoise(start, name);
    }

    /// <summary>Refuses bytes that no text holds.</summary>
    /// <exception cref="UserInputException">They hold zeros that are not UTF-16's.</exception>
    internal static void RefuseNoise(ReadOnlySpan<byte> start, string name)
    {
        if (start.StartsWith("PAR1"u8) || IsArrowFile(start) || IsArrowStream(start) || IsGzip(start) || IsZstandard(start)
            || start.StartsWith(Hex("504B0304")))
        {
            return;
        }
        if (start.Contains((byte)0) && TextEncoding.Wide(start) is null)
        {
            throw new UserInputException(
                $"{name} is no table: byte {start.IndexOf((byte)0)} is zero, as in no text; it must be CSV, Excel (.xlsx), Parquet "
                + "or Arrow.");
        }
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
