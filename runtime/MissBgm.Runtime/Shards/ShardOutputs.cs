using System.Security.Cryptography;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Shards;

/// <summary>The files of one run that a record tells of.</summary>
/// <param name="Completed">The completed table.</param>
/// <param name="Cells">The file of cells; null if there is none.</param>
/// <param name="Draws">The file of draws; null if there is none.</param>
/// <param name="Imputations">Completed tables of multiple imputation.</param>
public sealed record ShardOutputs(string Completed, string? Cells, string? Draws, IReadOnlyList<string> Imputations)
{
    /// <summary>Refuses outputs that could not be put together: those that are no files, and completed tables that are no text.</summary>
    /// <exception cref="UserInputException">They could not.</exception>
    public void RequireMergeable(string data, Table table)
    {
        foreach (var path in (string?[])[data, Completed, Cells, Draws])
        {
            if (path is null || (path != "-" && Posix.Kind(path) is PathKind.File or PathKind.Nothing)) continue;
            throw new UserInputException($"--record tells of files by their hashes, and {path} is none; name a file.");
        }

        if (TableWriter.FormatOf(table, TableFileKind.Of(Completed)) != TableFileFormat.Text)
        {
            throw new UserInputException($"--record: shards are put together as text, and {Completed} is none; name a .csv, .csv.gz or .csv.zst file.");
        }
    }

    /// <summary>Reads the hashes of the files, which must be in their places.</summary>
    /// <param name="record">Where the record will stand.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="imputer">The model.</param>
    /// <param name="imputed">What it made of the rows.</param>
    /// <param name="options">How.</param>
    /// <param name="tableHash">SHA-256 of the table's file.</param>
    /// <param name="rounded">Whether columns of whole numbers have whole numbers.</param>
    public ShardRecord Describe(
        string record, string version, Imputer imputer, ImputedTable imputed, ImputeOptions options, string tableHash, bool rounded)
    {
        ArgumentNullException.ThrowIfNull(imputer);
        ArgumentNullException.ThrowIfNull(imputed);
        ArgumentNullException.ThrowIfNull(options);
        var (table, report) = (imputed.Source, imputed.Report);
        var folder = Path.GetDirectoryName(Path.GetFullPath(record))!;
        string Relative(string path) => Path.GetRelativePath(folder, Path.GetFullPath(path));
        ShardFile Hashed(string path) => new(Relative(path), InputFile.Hash(path)!);
        ShardText Text(string path) => new(Relative(path), InputFile.Hash(path)!, TableWriter.HeaderBytes(table), TableWriter.EndBytes(table));
        return new ShardRecord
        {
            FormatVersion = ShardRecord.CurrentFormatVersion,
            Run = Run(version, imputer, table, options, tableHash, rounded),
            Table = table.Source,
            TableRows = table.Rows,
            FirstRow = imputed.FirstRow,
            EndRow = imputed.EndRow,
            MissingCells = imputed.Cells.Count,
            FittedRows = report.FittedRows,
            NewRows = report.NewRows,
            Convergence = report.Convergence,
            WorstCell = ConvergenceSentence.WorstCell(imputed),
            Seconds = report.Seconds,
            Completed = Text(Completed),
            Cells = Cells is null ? null : Hashed(Cells),
            Draws = Draws is null ? null : Hashed(Draws),
            Imputations = [.. Imputations.Select(Text)],
        };
    }

    private SortedDictionary<string, string> Run(
        string version, Imputer imputer, Table table, ImputeOptions options, string tableHash, bool rounded)
    {
        var settings = options.Inference ?? imputer.Inference;
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = version,
            ["engine"] = $"ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}",
            ["model"] = Convert.ToHexStringLower(SHA256.HashData(BundleFiles.Read(imputer.Path).Get(Manifest.FileName))),
            ["table"] = tableHash,
            ["seed"] = $"{options.Seed}",
            ["kind of draws"] = options.MapOnly ? "none" : $"{settings.Draws} draws of {settings.Chains} chains, {Imputations.Count} imputations",
            ["settings"] = $"{settings}",
            ["reading"] = $"{table.Reading}, missing {string.Join(',', table.MissingTokens.Values.Order(StringComparer.Ordinal))}",
            ["cells kept empty"] = options.KeepEmpty is null ? "as in training" : string.Join("; ", options.KeepEmpty),
            ["columns left out"] = string.Join(", ", options.Columns?.Columns.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()),
            ["whole numbers"] = rounded ? "rounded" : "not rounded",
        };
    }
}
