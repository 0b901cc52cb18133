using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// A network whose tokens are cells. It describes a row by embedding, mean and deviation of each of its cells, one behind the other; the flow attends
/// within the row. Along a column all rows attend to the context at once, so a pass takes as many rows as keep these scores within bounds: 364
/// context rows of 100 columns, 1,100 of 10 (of a network of width 64), each pass of an ensemble its own sample.
/// </summary>
internal sealed class CellNetwork : PretrainedNetwork
{
    // Scores of a pass: a quarter of a gigabyte, of which the softmax makes two.
    private const double MostScores = 1 << 26;
    private const int MostRows = 1024;
    private const int FewestRows = 16;
    private const string Identity = "column_identity";

    private readonly PfnManifest _manifest;
    private readonly OpenGraph _cells;
    private readonly OpenGraph _sampler;
    private readonly int _identityWidth;

    internal CellNetwork(PfnManifest manifest, BundleFiles files, ComputeDevice device)
        : base(files, device)
    {
        _manifest = manifest;
        _cells = Open(
            PfnFiles.Cells,
            ["context_values", "context_observed", "context_labels", "query_values", "query_observed", "classes", Identity],
            ["context_guess", "query_guess", "guess_spread"],
            [
                "probabilities", "context_embedding", "context_mean", "context_deviation", "query_embedding", "query_mean", "query_deviation", "location",
                "scale",
            ]);
        _sampler = Open(
            PfnFiles.CellSampler, ["noise", "values", "observed", "location", "scale", "mean", "deviation", "cell_embedding"], [], ["samples"]);
        var identity = _cells.Session.InputMetadata[Identity].Dimensions;
        _identityWidth = identity is [_, > 0 and <= 1 << 16]
            ? identity[1]
            : throw new BundleException($"{PfnFiles.Cells}: '{Identity}' is not of a known number of columns; export the bundle again.");
    }

    /// <inheritdoc />
    internal override bool KeepsDescriptions => false;

    /// <inheritdoc />
    internal override int DescriptionWidth(int features) => features * (_manifest.Width + 2);

    /// <inheritdoc />
    internal override int MostContext(int features) => (int)Math.Clamp(Math.Sqrt(MostScores / ScoresOfPair(features)), FewestRows, int.MaxValue);

    /// <inheritdoc />
    internal override int MostQuery(int context, int features) =>
        (int)Math.Clamp(MostScores / (ScoresOfPair(features) * context), FewestRows, MostRows);

    // Scores and their softmax; and a token's parts, keys, values and hidden layers; half as much again for what lies between the pieces.
    /// <inheritdoc />
    internal override double Floats(double context, double query, int features) =>
        1.5 * (context + query) * (2.5 * context * ScoresOfPair(features) + (features + 1.0) * (_manifest.Width * 16 + 256));

    /// <inheritdoc />
    internal override PfnPass Forward(
        EncodedTable context, long[] labels, EncodedTable query, int classes, FlowStart? start, Philox random, int number, CancellationToken cancellation)
    {
        var (features, width) = (context.Columns, _manifest.Width);
        var identities = new float[features * _identityWidth];
        random.Normals(identities, RandomPurpose.ColumnIdentity, number, 0, 0);
        List<OrtValue> inputs =
        [
            Matrix(context.Values, context.Rows), Matrix(context.Observed, context.Rows), OrtValue.CreateTensorValueFromMemory(labels, [context.Rows]),
            Matrix(query.Values, query.Rows), Matrix(query.Observed, query.Rows), OrtValue.CreateTensorValueFromMemory<long>([classes], []),
            Matrix(identities, features),
        ];
        try
        {
            if (_cells.Inputs.Length > inputs.Count)
            {
                start ??= Start(context, query, cancellation);
                inputs.AddRange(
                    Matrix(start.Context, context.Rows), Matrix(start.Query, query.Rows), OrtValue.CreateTensorValueFromMemory(start.Spread, [features]));
            }

            long contextCells = context.Rows * (long)features, queryCells = query.Rows * (long)features;
            var results = Run(
                _cells, [.. inputs],
                [
                    query.Rows * (long)_manifest.Classes, contextCells * width, contextCells, contextCells, queryCells * width, queryCells, queryCells,
                    features, features,
                ],
                cancellation);
            return new PfnPass(results[0], Described(results[1..4], context.Rows), Described(results[4..7], query.Rows), results[7], results[8]);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    /// <inheritdoc />
    internal override float[] Sample(
        EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread, CancellationToken cancellation)
    {
        long features = rows.Columns;
        var (count, width) = (rows.Columns, _manifest.Width);
        using var noiseValue = Matrix(noise, rows.Rows);
        using var values = Matrix(rows.Values, rows.Rows);
        using var observed = Matrix(rows.Observed, rows.Rows);
        using var location = OrtValue.CreateTensorValueFromMemory(pass.Location, [features]);
        using var scale = OrtValue.CreateTensorValueFromMemory(pass.Scale, [features]);
        using var mean = Matrix(Part(count * width, count), rows.Rows);
        using var deviation = Matrix(Part(count * (width + 1), count), rows.Rows);
        using var cells = OrtValue.CreateTensorValueFromMemory(Part(0, count * width), [rows.Rows, features, width]);
        return Run(_sampler, [noiseValue, values, observed, location, scale, mean, deviation, cells], [rows.Rows * features], cancellation)[0];

        // Of each row's description, [N, length].
        float[] Part(int from, int length)
        {
            var part = new float[rows.Rows * length];
            for (var row = 0; row < rows.Rows; row++)
            {
                described.Embedding.AsSpan(row * DescriptionWidth(count) + from, length).CopyTo(part.AsSpan(row * length));
            }

            return part;
        }
    }

    // A row's scores of a context row: of each column, the label's included, and each head, which is no narrower than 16 numbers.
    private double ScoresOfPair(int features) => (Math.Min(features, _manifest.Features) + 1.0) * (_manifest.Width / 16.0 + 1);

    // Parts of which each has the same rows, side by side.
    private static float[] Described(float[][] parts, int rows)
    {
        var (width, at) = (parts.Sum(part => part.Length) / rows, 0);
        var result = new float[rows * width];
        foreach (var part in parts)
        {
            var length = part.Length / rows;
            for (var row = 0; row < rows; row++) part.AsSpan(row * length, length).CopyTo(result.AsSpan(row * width + at));
            at += length;
        }

        return result;
    }
}
