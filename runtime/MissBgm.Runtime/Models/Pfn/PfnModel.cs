using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>A pretrained PFN-Flow network: load once, use from any number of threads.</summary>
public sealed class PfnModel : IDisposable
{
    /// <summary>Query rows of a call at most.</summary>
    internal const int QueryRows = 1024;

    private readonly Lock _lock = new();
    private readonly BundleFiles _files;
    private readonly ComputeDevice _device;
    private readonly SharedUse _use;
    private PfnSessions _sessions;

    private PfnModel(string path, PfnManifest manifest, BundleFiles files, ComputeDevice device)
    {
        (Path, Manifest, Note, _files, _device) = (path, manifest, files.Note, files, device);
        _sessions = new PfnSessions(files, device);
        _use = new SharedUse(this, () => _sessions.Close());
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
        var (manifest, files) = Open(path);
        return new PfnModel(path, manifest, files, device);
    }

    /// <summary>The bytes of one of a bundle's graphs, for tools that read its weights.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <param name="name">The graph's file name.</param>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered, of another kind or of an unknown format.</exception>
    public static byte[] ReadGraph(string path, string name) => Open(path).Files.Get(name);

    private static (PfnManifest Manifest, BundleFiles Files) Open(string path)
    {
        var files = BundleFiles.Read(path);
        if (files.Kind != PfnManifest.PfnFlowKind)
        {
            throw new BundleException($"{path} is a bundle of kind '{files.Kind}'; this needs kind '{PfnManifest.PfnFlowKind}', such as models/pfn-nano.");
        }

        var manifest = files.ReadManifest<PfnManifest>(PfnManifestTypes.Default);
        manifest.Require(path);
        files.Check(manifest.Files, manifest.Sizes, PfnFiles.Required);
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
        // A row's scores of every context row, of each head, which is no narrower than 16 numbers; and what is known of a row's features.
        var (width, rows) = (Manifest.Width, (double)context + query);
        var floats = rows * context * (width / 16.0 + 1) + rows * Math.Min(features, Manifest.Features) * width * 4;
        var bytes = sizeof(float) * floats * Math.Min(threads, Environment.ProcessorCount);
        if (bytes < GraphMemory.Least / 2 || !GraphMemory.Grant((long)Math.Min(long.MaxValue / 2, bytes))) return;
        var roomier = new PfnSessions(_files, _device);
        lock (_lock)
        {
            _sessions.Close();
            _sessions = roomier;
        }
    }

    /// <summary>One forward pass over context and query rows.</summary>
    internal PfnPass Forward(EncodedTable context, long[] labels, EncodedTable query, int classes, CancellationToken cancellation)
    {
        long features = context.Columns;
        using var contextValues = OrtValue.CreateTensorValueFromMemory(context.Values, [context.Rows, features]);
        using var contextObserved = OrtValue.CreateTensorValueFromMemory(context.Observed, [context.Rows, features]);
        using var contextLabels = OrtValue.CreateTensorValueFromMemory(labels, [context.Rows]);
        using var queryValues = OrtValue.CreateTensorValueFromMemory(query.Values, [query.Rows, features]);
        using var queryObserved = OrtValue.CreateTensorValueFromMemory(query.Observed, [query.Rows, features]);
        using var count = OrtValue.CreateTensorValueFromMemory<long>([classes], []);
        long width = Manifest.Width;
        var results = Run(
            sessions => sessions.Pfn, PfnFiles.Pfn, PfnSessions.ForwardInputs,
            [contextValues, contextObserved, contextLabels, queryValues, queryObserved, count], PfnSessions.ForwardOutputs,
            [query.Rows * (long)Manifest.Classes, context.Rows * width, query.Rows * width, features, features], cancellation);
        return new PfnPass(results[0], results[1], results[2], results[3], results[4]);
    }

    /// <summary>Where the flow starts from.</summary>
    internal FlowStart Start(EncodedTable context, EncodedTable query, CancellationToken cancellation)
    {
        long features = context.Columns;
        using var contextValues = OrtValue.CreateTensorValueFromMemory(context.Values, [context.Rows, features]);
        using var contextObserved = OrtValue.CreateTensorValueFromMemory(context.Observed, [context.Rows, features]);
        using var queryValues = OrtValue.CreateTensorValueFromMemory(query.Values, [query.Rows, features]);
        using var queryObserved = OrtValue.CreateTensorValueFromMemory(query.Observed, [query.Rows, features]);
        var results = Run(
            sessions => sessions.Baseline, PfnFiles.FlowBaseline, PfnSessions.StartInputs,
            [contextValues, contextObserved, queryValues, queryObserved], PfnSessions.StartOutputs,
            [context.Rows * features, query.Rows * features, features], cancellation);
        return new FlowStart(results[0], results[1], results[2]);
    }

    /// <summary>Draws the missing cells of rows along the flow.</summary>
    /// <param name="rows">The rows, [N, F], repeated for several draws of a row.</param>
    /// <param name="noise">Standard normal numbers, [N, F].</param>
    /// <param name="described">The rows as the forward pass and the baseline described them.</param>
    /// <param name="pass">The forward pass that scaled the columns.</param>
    /// <param name="attended">Embeddings of context rows, [C, D].</param>
    /// <param name="spread">The baseline's spread, [F].</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Completed rows, [N, F].</returns>
    internal float[] Sample(
        EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread,
        CancellationToken cancellation)
    {
        long features = rows.Columns, width = Manifest.Width;
        using var noiseValue = OrtValue.CreateTensorValueFromMemory(noise, [rows.Rows, features]);
        using var values = OrtValue.CreateTensorValueFromMemory(rows.Values, [rows.Rows, features]);
        using var observed = OrtValue.CreateTensorValueFromMemory(rows.Observed, [rows.Rows, features]);
        using var location = OrtValue.CreateTensorValueFromMemory(pass.Location, [features]);
        using var scale = OrtValue.CreateTensorValueFromMemory(pass.Scale, [features]);
        using var row = OrtValue.CreateTensorValueFromMemory(described.Embedding, [rows.Rows, width]);
        using var mean = OrtValue.CreateTensorValueFromMemory(described.Mean, [rows.Rows, features]);
        using var spreadValue = OrtValue.CreateTensorValueFromMemory(spread, [features]);
        using var context = OrtValue.CreateTensorValueFromMemory(attended, [attended.Length / width, width]);
        return Run(
            sessions => sessions.Sampler, PfnFiles.FlowSampler, PfnSessions.SampleInputs,
            [noiseValue, values, observed, location, scale, mean, spreadValue, row, context], PfnSessions.SampleOutputs,
            [rows.Rows * features], cancellation)[0];
    }

    // The outputs, each of which must have the number of elements that is known beforehand.
    private float[][] Run(
        Func<PfnSessions, InferenceSession> session, string fileName, string[] inputs, OrtValue[] values, string[] outputs, long[] lengths,
        CancellationToken cancellation)
    {
        using var use = _use.Enter();
        using var entered = Enter(out var sessions);
        using var run = new GraphRun(cancellation);
        try
        {
            using var results = session(sessions).Run(run.Options, inputs, values, outputs);
            return
            [
                .. results.Select((result, i) =>
                    Floats(result, lengths[i])
                        ?? throw new BundleException(
                            $"{fileName}: '{outputs[i]}' is not of {lengths[i]} single-precision numbers; export the bundle again.")),
            ];
        }
        catch (OnnxRuntimeException e)
        {
            throw run.Explain(fileName, e);
        }
    }

    /// <summary>Closes the model; what is in progress goes on to its end.</summary>
    public void Dispose() => _use.Close();

    private SharedUse.Use Enter(out PfnSessions sessions)
    {
        lock (_lock)
        {
            sessions = _sessions;
            return sessions.Enter();
        }
    }

    private static float[]? Floats(OrtValue value, long length)
    {
        if (!value.IsTensor) return null;
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.Float && info.ElementCount == length ? value.GetTensorDataAsSpan<float>().ToArray() : null;
    }
}

/// <summary>What a forward pass gave.</summary>
/// <param name="Probabilities">[Q, classes of the network].</param>
/// <param name="Context">Embeddings of the context rows, [C, D].</param>
/// <param name="Query">Embeddings of the query rows, [Q, D].</param>
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
