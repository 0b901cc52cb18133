using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>A pretrained PFN-Flow network: load once, use from any number of threads.</summary>
public sealed class PfnModel : IDisposable
{
    private readonly Lock _lock = new();
    private readonly BundleFiles _files;
    private readonly ComputeDevice _device;
    private readonly SharedUse _use;
    private PretrainedNetwork _network;

    private PfnModel(string path, PfnManifest manifest, BundleFiles files, ComputeDevice device)
    {
        (Path, Manifest, Note, _files, _device) = (path, manifest, files.Note, files, device);
        _network = PretrainedNetwork.Open(manifest, files, device);
        _use = new SharedUse(this, () => _network.Close());
    }

    /// <summary>Where the model was loaded from.</summary>
    public string Path { get; }

    /// <summary>The bundle's description of itself.</summary>
    public PfnManifest Manifest { get; }

    /// <summary>What is to be told of a manifest of a newer minor format, of which something was passed over; null of others.</summary>
    public string? Note { get; }

    /// <summary>Loads a bundle.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered, of another kind or of an unknown format.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    public static PfnModel Load(string path, ComputeDevice device = ComputeDevice.Cpu)
    {
        var (manifest, files) = Open(path, PfnManifest.PfnFlowKind, PfnManifest.PfnCellsKind);
        return new PfnModel(path, manifest, files, device);
    }

    /// <summary>The bytes of a bundle's files by name, for tools that read its weights.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered, of another kind or of an unknown format.</exception>
    public static IReadOnlyDictionary<string, byte[]> ReadFiles(string path)
    {
        var (manifest, files) = Open(path, PfnManifest.PfnFlowKind, PfnManifest.PfnCellsKind);
        return manifest.Files.Keys.ToDictionary(name => name, files.Get);
    }

    private static (PfnManifest Manifest, BundleFiles Files) Open(string path, params string[] kinds)
    {
        var files = BundleFiles.Read(path);
        if (!kinds.Contains(files.Kind))
        {
            throw new BundleException(
                $"{path} is a bundle of kind '{files.Kind}'; this needs kind {string.Join(" or ", kinds.Select(kind => $"'{kind}'"))}, "
                + "such as models/pfn-nano.");
        }

        var manifest = files.ReadManifest<PfnManifest>(PfnManifestTypes.Default);
        manifest.Require(path);
        files.Check(manifest.Files, manifest.Sizes, files.Kind == PfnManifest.PfnCellsKind ? PfnFiles.RequiredOfCells : PfnFiles.Required);
        return (manifest, files);
    }

    /// <summary>Keeps the sessions open until what is returned is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The model has been disposed of.</exception>
    internal SharedUse.Use Use() => _use.Enter();

    /// <summary>
    /// Makes sure that passes over so many rows find the memory they need: how much is granted hangs on the table, so that a small one
    /// leaves a hostile graph little.
    /// </summary>
    /// <param name="context">Most context rows of a pass.</param>
    /// <param name="query">Most query rows of a pass.</param>
    /// <param name="features">Features of a pass.</param>
    /// <param name="threads">Passes at once.</param>
    internal void MakeRoom(int context, int query, int features, int threads)
    {
        var floats = _network.Floats(context, query, Math.Min(features, Manifest.Features));
        var bytes = sizeof(float) * floats * Math.Min(threads, Environment.ProcessorCount);
        if (bytes < GraphMemory.Least / 2 || !GraphMemory.Grant((long)Math.Min(long.MaxValue / 2, bytes))) return;
        var roomier = PretrainedNetwork.Open(Manifest, _files, _device);
        lock (_lock)
        {
            _network.Close();
            _network = roomier;
        }
    }

    /// <summary>Most context rows of a pass over so many features; from a longer table each pass draws its own.</summary>
    internal int MostContext(int features) => _network.MostContext(Math.Min(features, Manifest.Features));

    /// <summary>Most query rows of a pass.</summary>
    internal int MostQuery(int context, int features) => _network.MostQuery(context, Math.Min(features, Manifest.Features));

    /// <summary>Numbers by which the network describes a row.</summary>
    internal int DescriptionWidth(int features) => _network.DescriptionWidth(features);

    /// <summary>Whether descriptions of all a table's rows can be kept.</summary>
    internal bool KeepsDescriptions => _network.KeepsDescriptions;

    /// <summary>One forward pass over context and query rows (<see cref="PretrainedNetwork.Forward"/>).</summary>
    internal PfnPass Forward(
        EncodedTable context, long[] labels, EncodedTable query, int classes, FlowStart? start, Philox random, int number, CancellationToken cancellation)
    {
        using var use = _use.Enter();
        using var entered = Enter(out var network);
        return network.Forward(context, labels, query, classes, start, random, number, cancellation);
    }

    /// <summary>What regressions on the context say of missing cells: where the flow starts from, or what it is measured by.</summary>
    internal FlowStart Start(EncodedTable context, EncodedTable query, CancellationToken cancellation)
    {
        using var use = _use.Enter();
        using var entered = Enter(out var network);
        return network.Start(context, query, cancellation);
    }

    /// <summary>Draws the missing cells of rows along the flow.</summary>
    /// <param name="rows">The rows, [N, F], repeated for several draws of a row.</param>
    /// <param name="noise">Standard normal numbers, [N, F].</param>
    /// <param name="described">The rows as the forward pass and the baseline described them.</param>
    /// <param name="pass">The forward pass that scaled the columns.</param>
    /// <param name="attended">Descriptions of context rows that the flow attends to, if it attends to any.</param>
    /// <param name="spread">The baseline's spread, [F].</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Completed rows, [N, F].</returns>
    internal float[] Sample(
        EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread,
        CancellationToken cancellation)
    {
        using var use = _use.Enter();
        using var entered = Enter(out var network);
        return network.Sample(rows, noise, described, pass, attended, spread, cancellation);
    }

    /// <summary>Closes the model; what is in progress goes on to its end.</summary>
    public void Dispose() => _use.Close();

    private SharedUse.Use Enter(out PretrainedNetwork network)
    {
        lock (_lock)
        {
            network = _network;
            return network.Enter();
        }
    }
}

/// <summary>What a forward pass gave.</summary>
/// <param name="Probabilities">[Q, classes of the network].</param>
/// <param name="Context">Descriptions of the context rows, [C, D]: a row's embedding, or what is known of its cells.</param>
/// <param name="Query">Descriptions of the query rows, [Q, D].</param>
/// <param name="Location">[F].</param>
/// <param name="Scale">[F].</param>
internal sealed record PfnPass(float[] Probabilities, float[] Context, float[] Query, float[] Location, float[] Scale);

/// <summary>Guesses of missing cells, standardised, and their error.</summary>
/// <param name="Context">Of the context rows, [C, F].</param>
/// <param name="Query">Of the query rows, [Q, F].</param>
/// <param name="Spread">Root mean square error of each column's, [F].</param>
internal sealed record FlowStart(float[] Context, float[] Query, float[] Spread);

/// <summary>What the flow needs to know of rows.</summary>
/// <param name="Embedding">[N, D].</param>
/// <param name="Mean">Guesses of missing cells, standardised, [N, F].</param>
internal sealed record RowDescriptions(float[] Embedding, float[] Mean);
