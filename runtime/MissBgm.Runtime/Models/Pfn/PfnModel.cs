using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>A pretrained PFN-Flow network: load once, use from any number of threads.</summary>
public sealed class PfnModel : IDisposable
{
    private readonly InferenceSession _pfn;
    private readonly InferenceSession _baseline;
    private readonly InferenceSession _sampler;
    private readonly RunOptions _options = new();

    private PfnModel(string path, PfnManifest manifest, BundleFiles files, ComputeDevice device)
    {
        (Path, Manifest) = (path, manifest);
        _pfn = SessionFactory.Create(files.Graph(PfnFiles.Pfn), device);
        _baseline = SessionFactory.Create(files.Graph(PfnFiles.FlowBaseline), device);
        _sampler = SessionFactory.Create(files.Graph(PfnFiles.FlowSampler), device);
    }

    /// <summary>Where the model was loaded from.</summary>
    public string Path { get; }

    /// <summary>The bundle's description of itself.</summary>
    public PfnManifest Manifest { get; }

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

        try
        {
            var manifest = JsonSerializer.Deserialize<PfnManifest>(files.Get(Bundles.Manifest.FileName), Bundles.Manifest.Json)!;
            files.Check(manifest.Files, PfnFiles.Required);
            return (manifest, files);
        }
        catch (JsonException e)
        {
            throw new BundleException($"{path}: {Bundles.Manifest.FileName} is truncated or altered: {e.Message}", e);
        }
    }

    /// <summary>One forward pass over context and query rows.</summary>
    internal PfnPass Forward(EncodedTable context, long[] labels, EncodedTable query, int classes)
    {
        long features = context.Columns;
        using var contextValues = OrtValue.CreateTensorValueFromMemory(context.Values, [context.Rows, features]);
        using var contextObserved = OrtValue.CreateTensorValueFromMemory(context.Observed, [context.Rows, features]);
        using var contextLabels = OrtValue.CreateTensorValueFromMemory(labels, [context.Rows]);
        using var queryValues = OrtValue.CreateTensorValueFromMemory(query.Values, [query.Rows, features]);
        using var queryObserved = OrtValue.CreateTensorValueFromMemory(query.Observed, [query.Rows, features]);
        using var count = OrtValue.CreateTensorValueFromMemory<long>([classes], []);
        using var results = _pfn.Run(
            _options,
            ["context_values", "context_observed", "context_labels", "query_values", "query_observed", "classes"],
            [contextValues, contextObserved, contextLabels, queryValues, queryObserved, count],
            ["probabilities", "context_embedding", "query_embedding", "location", "scale"]);
        return new PfnPass(Floats(results[0]), Floats(results[1]), Floats(results[2]), Floats(results[3]), Floats(results[4]));
    }

    /// <summary>Where the flow starts from.</summary>
    internal FlowStart Start(EncodedTable context, EncodedTable query)
    {
        long features = context.Columns;
        using var contextValues = OrtValue.CreateTensorValueFromMemory(context.Values, [context.Rows, features]);
        using var contextObserved = OrtValue.CreateTensorValueFromMemory(context.Observed, [context.Rows, features]);
        using var queryValues = OrtValue.CreateTensorValueFromMemory(query.Values, [query.Rows, features]);
        using var queryObserved = OrtValue.CreateTensorValueFromMemory(query.Observed, [query.Rows, features]);
        using var results = _baseline.Run(
            _options,
            ["context_values", "context_observed", "query_values", "query_observed"],
            [contextValues, contextObserved, queryValues, queryObserved],
            ["context_mean", "query_mean", "spread"]);
        return new FlowStart(Floats(results[0]), Floats(results[1]), Floats(results[2]));
    }

    /// <summary>Draws the missing cells of rows along the flow.</summary>
    /// <param name="rows">The rows, [N, F], repeated for several draws of a row.</param>
    /// <param name="noise">Standard normal numbers, [N, F].</param>
    /// <param name="described">The rows as the forward pass and the baseline described them.</param>
    /// <param name="pass">The forward pass that scaled the columns.</param>
    /// <param name="attended">Embeddings of context rows, [C, D].</param>
    /// <param name="spread">The baseline's spread, [F].</param>
    /// <returns>Completed rows, [N, F].</returns>
    internal float[] Sample(EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread)
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
        using var results = _sampler.Run(
            _options,
            ["noise", "values", "observed", "location", "scale", "mean", "spread", "row_embedding", "context_embedding"],
            [noiseValue, values, observed, location, scale, mean, spreadValue, row, context],
            ["samples"]);
        return Floats(results[0]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _pfn.Dispose();
        _baseline.Dispose();
        _sampler.Dispose();
        _options.Dispose();
    }

    private static float[] Floats(OrtValue value) => value.GetTensorDataAsSpan<float>().ToArray();
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
