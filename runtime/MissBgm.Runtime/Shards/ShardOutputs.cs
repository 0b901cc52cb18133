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
    /// <param name="imputed">What was made of the rows.</param>
    /// <param name="making">How.</param>
    public ShardRecord Describe(string record, ImputedTable imputed, ShardMaking making)
    {
        ArgumentNullException.ThrowIfNull(imputed);
        ArgumentNullException.ThrowIfNull(making);
        return Describe(record, ImputationTotals.Of(imputed), making);
    }

    internal ShardRecord Describe(string record, ImputationTotals imputed, ShardMaking making)
    {
        var (table, report) = (imputed.Source, imputed.Report);
        var folder = Path.GetDirectoryName(Path.GetFullPath(record))!;
        string Relative(string path) => Path.GetRelativePath(folder, Path.GetFullPath(path));
        ShardFile Hashed(string path) => new(Relative(path), InputFile.Hash(path)!);
        ShardText Text(string path) => new(Relative(path), InputFile.Hash(path)!, TableWriter.HeaderBytes(table), TableWriter.EndBytes(table));
        return new ShardRecord
        {
            FormatVersion = ShardRecord.CurrentFormatVersion,
            Run = Run(table, making),
            Table = table.Source,
            TableRows = making.TableRows,
            FirstRow = imputed.FirstRow,
            EndRow = imputed.EndRow,
            MissingCells = imputed.Cells,
            FittedRows = report.FittedRows,
            NewRows = report.NewRows,
            Convergence = report.Convergence,
            WorstCell = imputed.WorstCell,
            Seconds = report.Seconds,
            Completed = Text(Completed),
            Cells = Cells is null ? null : Hashed(Cells),
            Draws = Draws is null ? null : Hashed(Draws),
            Imputations = [.. Imputations.Select(Text)],
        };
    }

    private SortedDictionary<string, string> Run(Table table, ShardMaking making)
    {
        var (imputer, options) = (making.Imputer, making.Options);
        var settings = options.Inference ?? imputer.Inference;
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = making.Version,
            ["engine"] = $"ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}",
            ["model"] = Convert.ToHexStringLower(SHA256.HashData(BundleFiles.Read(imputer.Path).Get(Manifest.FileName))),
            ["table"] = making.TableHash,
            ["seed"] = $"{options.Seed}",
            ["kind of draws"] = options.MapOnly ? "none" : $"{settings.Draws} draws of {settings.Chains} chains, {Imputations.Count} imputations",
            ["settings"] = $"{settings}",
            ["reading"] = $"{table.Reading}, missing {string.Join(',', table.MissingTokens.Values.Order(StringComparer.Ordinal))}",
            ["cells kept empty"] = options.KeepEmpty is null ? "as in training" : string.Join("; ", options.KeepEmpty),
            ["columns left out"] = string.Join(", ", options.Columns?.Columns.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()),
            ["whole numbers"] = making.Rounded ? "rounded" : "not rounded",
        };
    }
}

/// <summary>How a shard was made.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Imputer">The model.</param>
/// <param name="Options">How it imputed.</param>
/// <param name="TableHash">SHA-256 of the table's file.</param>
/// <param name="TableRows">Rows of the whole table.</param>
/// <param name="Rounded">Whether columns of whole numbers have whole numbers.</param>
public sealed record ShardMaking(string Version, Imputer Imputer, ImputeOptions Options, string TableHash, int TableRows, bool Rounded);
