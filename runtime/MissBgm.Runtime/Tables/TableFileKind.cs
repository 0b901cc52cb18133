namespace MissBgm.Runtime.Tables;

/// <summary>In which format a table is written, and how it is packed.</summary>
/// <param name="Format">Text (CSV), Parquet or Arrow; null for that of the table.</param>
/// <param name="Packing">Of text alone: Parquet and Arrow pack their columns themselves.</param>
public readonly record struct TableFileKind(TableFileFormat? Format, TablePacking Packing)
{
    /// <summary>The kind that a path's ending names; the table's own if it names none.</summary>
    /// <exception cref="UserInputException">It names a format that is not written.</exception>
    public static TableFileKind Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var ending = Path.GetExtension(path).ToLowerInvariant();
        var packing = ending switch
        {
            ".gz" => TablePacking.Gzip,
            ".zst" => TablePacking.Zstandard,
            _ => TablePacking.None,
        };
        if (packing != TablePacking.None) return new TableFileKind(TableFileFormat.Text, packing);
        return ending switch
        {
            ".parquet" or ".pq" => new TableFileKind(TableFileFormat.Parquet, packing),
            ".arrow" or ".feather" or ".ipc" => new TableFileKind(TableFileFormat.Arrow, packing),
            ".csv" or ".tsv" or ".txt" or ".tab" => new TableFileKind(TableFileFormat.Text, packing),
            ".xlsx" or ".xls" or ".xlsm" => throw new UserInputException($"{path}: Excel is read and not written; name a .csv, .parquet or .arrow file."),
            _ => new TableFileKind(null, packing),
        };
    }
}

/// <summary>The formats that are written.</summary>
public enum TableFileFormat
{
    /// <summary>CSV.</summary>
    Text,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>An Apache Arrow file, which is Feather of version 2.</summary>
    Arrow,
}

/// <summary>How text is packed.</summary>
public enum TablePacking
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>Zstandard.</summary>
    Zstandard,
}
