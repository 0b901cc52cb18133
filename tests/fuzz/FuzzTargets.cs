using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Fuzz;

/// <summary>What is fed with bytes of any kind: each ends with a result or in a sentence, and with nothing else.</summary>
internal static class FuzzTargets
{
    /// <summary>All of them, by the name of the folder that holds their seeds.</summary>
    internal static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>(StringComparer.Ordinal)
    {
        ["table"] = OrSentence(ReadTable),
        ["number"] = ReadNumber,
        ["manifest"] = OrSentence(ReadManifest),
        ["graph"] = OrSentence(bytes => GraphCheck.Require(new GraphSource("graph.onnx", bytes, null))),
    };

    private static void ReadTable(byte[] bytes)
    {
        var table = TableReader.Read(new MemoryStream(bytes), "table");
        TableSchema.Detect(table);
        using var copy = new MemoryStream();
        TableWriter.Write(copy, table, (_, _) => null, 0, table.Rows);
    }

    // Numbers, dates and times in whatever notation, alone and as a column that leaves it open.
    private static void ReadNumber(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        _ = NumberText.IsNumberLike(text);
        _ = NumberParts.Of(text);
        string[] lines = [.. text.Split('\n').Where(line => line.Length > 0)];
        _ = NumberNotations.Find(lines, () => '.', out _);
        _ = DateNotations.Find(lines, dayFirst: true);
        if (NumberText.TryParse(text, out var value) && !double.IsFinite(value)) throw new InvalidOperationException($"'{text}' is read as {value}");
    }

    private static void ReadManifest(byte[] bytes)
    {
        var manifest = ManifestFormat.Read(bytes, "manifest.json").Parse<Manifest>(bytes, ManifestTypes.Default);
        ManifestRules.Require(manifest, "bundle");
        _ = new TableSchema(manifest.Columns, manifest.Carried);
    }

    private static Action<byte[]> OrSentence(Action<byte[]> read) => bytes =>
    {
        try
        {
            read(bytes);
        }
        catch (MissBgmException e) when (!e.Message.Contains("Exception", StringComparison.Ordinal))
        {
            // Refused, in a sentence.
        }
    };
}
