using System.Globalization;
using MiniExcelLibs;

namespace MissBgm.Runtime.Tables;

/// <summary>Tables in Excel workbooks (.xlsx): the first sheet, its first row the header.</summary>
internal static class ExcelTables
{
    /// <summary>Reads a table.</summary>
    /// <exception cref="UserInputException">The workbook is damaged, or its first sheet has no header or no rows.</exception>
    internal static Table Read(Stream stream, string source, ReadOptions options)
    {
        var (rows, sheets) = Sheet(stream, source);
        // Formatted but empty rows and columns surround many a table.
        while (rows.Count > 0 && rows[^1].All(IsBlank)) rows.RemoveAt(rows.Count - 1);
        while (rows.Count > 0 && rows[0].All(IsBlank)) rows.RemoveAt(0);
        if (rows.Count == 0) throw new UserInputException($"{source}: the workbook's first sheet, '{sheets[0]}', is empty; put the table there.");
        var width = rows.Max(row => row.FindLastIndex(cell => !IsBlank(cell)) + 1);
        var names = Enumerable.Range(0, width).Select(c => Text(c < rows[0].Count ? rows[0][c] : null) ?? "").ToArray();
        var columns = Enumerable.Range(0, width).Select(c => Column([.. rows.Skip(1).Select(row => c < row.Count ? row[c] : null)])).ToArray();
        var table = TypedTable.Build(source, names, columns, null, options);
        return sheets.Count == 1 ? table : table.With([$"{source} has {sheets.Count} sheets; the first, '{sheets[0]}', was read.", .. table.Notes]);
    }

    private static (List<List<object?>> Rows, List<string> Sheets) Sheet(Stream stream, string source)
    {
        try
        {
            ExcelBounds.Require(stream, source);
            stream.Position = 0;
            var sheets = MiniExcel.GetSheetNames(stream);
            stream.Position = 0;
            var rows = new List<List<object?>>();
            IEnumerable<object> lines = MiniExcel.Query(stream, useHeaderRow: false, sheetName: sheets[0], excelType: ExcelType.XLSX);
            rows.AddRange(lines.Cast<IDictionary<string, object?>>().Select(row => row.Values.ToList()));
            return (rows, sheets);
        }
        catch (Exception e) when (e is not MissBgmException)
        {
            throw new UserInputException(
                $"{source} is an Excel workbook, and damaged or of a kind that is not read ({e.Message.TrimEnd('.')}); save it anew "
                + "as .xlsx or as CSV.",
                e);
        }
    }

    // Dates without times of day are written as dates.
    private static string?[] Column(object?[] cells)
    {
        var days = cells.All(cell => cell is not DateTime { TimeOfDay.Ticks: not 0 });
        return Array.ConvertAll(cells, cell => cell is DateTime date ? date.ToString(days ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss") : Text(cell));
    }

    private static string? Text(object? cell) => cell switch
    {
        null => null,
        string text => text.Length == 0 ? null : text,
        double number => double.IsFinite(number) ? number.ToString("R") : null,
        bool flag => flag ? "true" : "false",
        DateTime date => date.ToString("yyyy-MM-dd"),
        TimeSpan time => time.ToString("hh\\:mm\\:ss"),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture),
    };

    private static bool IsBlank(object? cell) => cell is null || (cell is string text && text.Trim().Length == 0);
}
