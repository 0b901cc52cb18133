using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>A network whose tokens are rows, the paper's: it describes a row by its embedding, and the flow attends to the context's.</summary>
internal sealed class RowNetwork : PretrainedNetwork
{
    private const int QueryRows = 1024;
    private readonly PfnManifest _manifest;
    private readonly OpenGraph _pfn;
    private readonly OpenGraph _sampler;

    internal RowNetwork(PfnManifest manifest, BundleFiles files, ComputeDevice device)
        : base(files, device)
    {
        _manifest = manifest;
        _pfn = Open(
            PfnFiles.Pfn, ["context_values", "context_observed", "context_labels", "query_values", "query_observed", "classes"], [],
            ["probabilities", "context_embedding", "query_embedding", "location", "scale"]);
        _sampler = Open(
            PfnFiles.FlowSampler,
            ["noise", "values", "observed", "location", "scale", "mean", "spread", "row_embedding", "context_embedding"], [], ["samples"]);
    }

    /// <inheritdoc />
    internal override bool KeepsDescriptions => true;

    /// <inheritdoc />
    internal override int DescriptionWidth(int features) => _manifest.Width;

    /// <inheritdoc />
    internal override int MostContext(int features) => int.MaxValue;

    /// <inheritdoc />
    internal override int MostQuery(int context, int features) => QueryRows;

    // A row's scores of every context row, of each head, which is no narrower than 16 numbers; and what is known of a row's features.
    /// <inheritdoc />
    internal override double Floats(double context, double query, int features) =>
        (context + query) * (context * (_manifest.Width / 16.0 + 1) + Math.Min(features, _manifest.Features) * _manifest.Width * 4);

    /// <inheritdoc />
    internal override PfnPass Forward(
        EncodedTable context, long[] labels, EncodedTable query, int classes, FlowStart? start, Philox random, int number, CancellationToken cancellation)
    {
        long features = context.Columns, width = _manifest.Width;
        using var contextValues = Matrix(context.Values, context.Rows);
        using var contextObserved = Matrix(context.Observed, context.Rows);
        using var contextLabels = OrtValue.CreateTensorValueFromMemory(labels, [context.Rows]);
        using var queryValues = Matrix(query.Values, query.Rows);
        using var queryObserved = Matrix(query.Observed, query.Rows);
        using var count = OrtValue.CreateTensorValueFromMemory<long>([classes], []);
        var results = Run(
            _pfn, [contextValues, contextObserved, contextLabels, queryValues, queryObserved, count],
            [query.Rows * (long)_manifest.Classes, context.Rows * width, query.Rows * width, features, features], cancellation);
        return new PfnPass(results[0], results[1], results[2], results[3], results[4]);
    }

    /// <inheritdoc />
    internal override float[] Sample(
        EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread, CancellationToken cancellation)
    {
        long features = rows.Columns, width = _manifest.Width;
        using var noiseValue = Matrix(noise, rows.Rows);
        using var values = Matrix(rows.Values, rows.Rows);
        using var observed = Matrix(rows.Observed, rows.Rows);
        using var location = OrtValue.CreateTensorValueFromMemory(pass.Location, [features]);
        using var scale = OrtValue.CreateTensorValueFromMemory(pass.Scale, [features]);
        using var row = Matrix(described.Embedding, rows.Rows);
        using var mean = Matrix(described.Mean, rows.Rows);
        using var spreadValue = OrtValue.CreateTensorValueFromMemory(spread, [features]);
        using var context = Matrix(attended, attended.Length / width);
        return Run(
            _sampler, [noiseValue, values, observed, location, scale, mean, spreadValue, row, context], [rows.Rows * features], cancellation)[0];
    }
}
