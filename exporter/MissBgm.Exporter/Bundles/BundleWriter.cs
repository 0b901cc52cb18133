using System.Text;
using System.Text.Json;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Bundles;

/// <summary>
/// Writes a bundle, as a folder or as one .zip of it. What is in it each family of models says: <c>PaperBundle</c>, <c>CollapsedBundle</c>, <c>PfnBundle</c>.
/// </summary>
public static class BundleWriter
{
    /// <summary>Checks, before long work, that nothing but a bundle would be replaced at a path.</summary>
    /// <exception cref="UserInputException">The path holds something that is not a bundle.</exception>
    public static void RequireReplaceable(string path) => BundleTarget.RequireReplaceable(path);

    /// <summary>
    /// Writes graphs, further files and the manifest. The bundle appears at its path complete or not at all; one that is there already is
    /// replaced only then.
    /// </summary>
    /// <param name="path">A folder, or a file name that ends in .zip.</param>
    /// <param name="graphs">The graphs with their files' names.</param>
    /// <param name="describe">The manifest, given every other file's SHA-256 and size.</param>
    /// <param name="inlineLimit">Bytes of weights up to which they stand in a graph's own file; more go to a file beside it, in folders only.</param>
    /// <param name="attachments">Further files by name.</param>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    internal static void Write<TManifest>(
        string path,
        IEnumerable<(string FileName, Graph Graph)> graphs,
        Func<BundleListing, TManifest> describe,
        long inlineLimit = OnnxModel.InlineLimit,
        IReadOnlyDictionary<string, byte[]>? attachments = null) => BundleTarget.Replace(path, folder =>
        {
            var descriptions = new SortedDictionary<string, GraphDescription>(StringComparer.Ordinal);
            foreach (var (name, graph) in graphs)
            {
                OnnxModel.Write(graph, name, folder.Write, inlineLimit);
                descriptions.Add(name, OnnxModel.Document(graph));
            }

            foreach (var (name, bytes) in attachments ?? new Dictionary<string, byte[]>()) folder.Write(name, stream => stream.Write(bytes));
            var manifest = describe(BundleTarget.List(folder) with { Graphs = descriptions });
            if (manifest is Manifest fitted) RequireLoadable(fitted, path);
            folder.Write(Manifest.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(manifest, Manifest.Json) + "\n")));
        });

    // What no loader would take must not take a good bundle's place.
    private static void RequireLoadable(Manifest manifest, string path)
    {
        try
        {
            ManifestRules.Require(manifest, path);
        }
        catch (BundleException e)
        {
            throw new InvalidOperationException($"The fit has made a manifest that it cannot have: {e.Message}", e);
        }
    }

    /// <summary>Fitted rows as a file of a bundle; nothing where they are not to be shipped.</summary>
    internal static IEnumerable<KeyValuePair<string, byte[]>> Attachment(FittedRows? rows)
    {
        if (rows is null) yield break;
        using var stream = new MemoryStream();
        rows.Write(stream);
        yield return new(FittedRows.FileName, stream.ToArray());
    }
}
