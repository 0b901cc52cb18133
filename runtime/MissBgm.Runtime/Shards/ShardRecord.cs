using System.Text.Json;
using System.Text.Json.Serialization;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Shards;

/// <summary>
/// What a run says of its outputs, so that those of several can be put together: what made them, of which rows they are, and their hashes.
/// It is written after them, so that a shard with a record is a whole one.
/// </summary>
public sealed record ShardRecord
{
    /// <summary>The format this build reads and writes.</summary>
    public const int CurrentFormatVersion = 1;

    private const int MostBytes = 16 << 20;

    /// <summary>Version of the record's format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What shards of one run have in common, by name: version, model, table, seed, settings.</summary>
    public required IReadOnlyDictionary<string, string> Run { get; init; }

    /// <summary>The table's file, for messages.</summary>
    public required string Table { get; init; }

    /// <summary>Rows of the whole table.</summary>
    public required int TableRows { get; init; }

    /// <summary>First row of the shard.</summary>
    public required int FirstRow { get; init; }

    /// <summary>Row after its last.</summary>
    public required int EndRow { get; init; }

    /// <summary>Missing cells of the shard that were imputed.</summary>
    public required int MissingCells { get; init; }

    /// <summary>Incomplete rows that the fit had seen.</summary>
    public required int FittedRows { get; init; }

    /// <summary>Incomplete rows that it had not.</summary>
    public required int NewRows { get; init; }

    /// <summary>Whether the chains have converged; null where nothing was sampled by chains.</summary>
    public ConvergenceVerdict? Convergence { get; init; }

    /// <summary>The cell of the largest R-hat, in words.</summary>
    public string? WorstCell { get; init; }

    /// <summary>Seconds the imputation took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The completed table.</summary>
    public required ShardText Completed { get; init; }

    /// <summary>The file of cells; null if none was asked for.</summary>
    public ShardFile? Cells { get; init; }

    /// <summary>The file of draws; null if none was asked for.</summary>
    public ShardFile? Draws { get; init; }

    /// <summary>The completed tables of multiple imputation; empty if none were asked for.</summary>
    public IReadOnlyList<ShardText> Imputations { get; init; } = [];

    /// <summary>Where the record was read from.</summary>
    [JsonIgnore]
    public string Path { get; private init; } = "";

    /// <summary>Reads a record.</summary>
    /// <exception cref="UserInputException">There is none, or it is of another format.</exception>
    public static ShardRecord Read(string path)
    {
        var text = InputFile.ReadText(path, MostBytes);
        try
        {
            var record = JsonSerializer.Deserialize(text, ShardRecordJson.Default.ShardRecord) ?? throw new JsonException("it is null");
            if (record.FormatVersion != CurrentFormatVersion)
            {
                throw new JsonException($"it is of format {record.FormatVersion}, and this version knows {CurrentFormatVersion}");
            }

            if (!(record.FirstRow >= 0 && record.FirstRow < record.EndRow && record.EndRow <= record.TableRows))
            {
                throw new JsonException($"its rows {record.FirstRow}:{record.EndRow} are not a part of {record.TableRows} rows");
            }

            if (record.Fault() is { } fault) throw new JsonException(fault);
            return record with { Path = path };
        }
        catch (JsonException e)
        {
            throw new UserInputException(
                $"{path} is not the record of a shard ({e.Message.TrimEnd('.')}); name what missbgm impute --record has written.", e);
        }
    }

    // What the types let through.
    private string? Fault()
    {
        ShardText[] texts = [Completed, .. Imputations];
        if (Run.Values.Contains(null)) return "a fact of its run is null";
        if (Array.Exists(texts, text => text is null || text.HeaderBytes < 0 || text.EndBytes < 0)) return "it tells of a table with no text";
        if (MissingCells < 0 || FittedRows < 0 || NewRows < 0 || !(Seconds >= 0)) return "it counts less than nothing";
        if (Convergence is { } verdict && !verdict.IsOf(MissingCells)) return "its convergence is not of its cells";
        return WorstCell is not null && Convergence is null ? "it names the worst cell of no chains" : null;
    }

    /// <summary>Writes the record.</summary>
    public void Write(Stream stream)
    {
        JsonSerializer.Serialize(stream, this, ShardRecordJson.Default.ShardRecord);
        stream.Write("\n"u8);
    }

    /// <summary>Opens one of the shard's files, packed or not, after a look at whether it is the one that was written.</summary>
    /// <exception cref="UserInputException">It is not there, or not the one.</exception>
    internal Stream Open(ShardFile file)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", file.Path);
        if (!File.Exists(path)) throw new UserInputException($"{path} is not there, of which {Path} tells; run rows {FirstRow}:{EndRow} again.");
        if (InputFile.Hash(path) != file.Hash)
        {
            throw new UserInputException(
                $"{path} is not the file that {Path} tells of: its SHA-256 is another one, so it was cut off, altered or written anew; run rows "
                + $"{FirstRow}:{EndRow} again.");
        }

        return InputFile.Open(path);
    }
}

/// <summary>A file of a shard.</summary>
/// <param name="Path">Where it stands, seen from the record's folder.</param>
/// <param name="Hash">Lower-case hexadecimal SHA-256.</param>
public record ShardFile(string Path, string Hash);

/// <summary>A table of a shard, as text.</summary>
/// <param name="Path">Where it stands, seen from the record's folder.</param>
/// <param name="Hash">Lower-case hexadecimal SHA-256.</param>
/// <param name="HeaderBytes">Bytes before the end of the header line, unpacked.</param>
/// <param name="EndBytes">Bytes of the last row's line end, 0 where the last line is not ended.</param>
public sealed record ShardText(string Path, string Hash, int HeaderBytes, int EndBytes) : ShardFile(Path, Hash);

/// <summary>Generated metadata of <see cref="ShardRecord"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShardRecord))]
internal sealed partial class ShardRecordJson : JsonSerializerContext;
