using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>One pass of an imputation: some of the features in an order of its own, and what it says of the rows to impute.</summary>
internal sealed class FlowPass
{
    // Context rows that the flow's head attends to, as many as it was trained with; the embeddings themselves are of the whole context.
    private const int AttendedRows = 512;
    private readonly PfnModel _model;
    private readonly EncodedTable _table;
    private readonly int[] _features;
    private readonly PfnPass _context;
    private readonly float[] _attended;
    private readonly float[] _spread;
    private readonly Dictionary<int, RowDescriptions> _described = [];
    private readonly int _number;

    private FlowPass(PfnModel model, EncodedTable table, int number, int[] features, PfnPass context, float[] attended, float[] spread, FlowCheck check)
        => (_model, _table, _number, _features, _context, _attended, _spread, Check) = (model, table, number, features, context, attended, spread, check);

    /// <summary>How the flow did on hidden cells of the context.</summary>
    public FlowCheck Check { get; }

    /// <summary>The features, in the order in which the pass sees them.</summary>
    public IReadOnlyList<int> Features => _features;

    /// <summary>Embeds the rows to impute: those in the context as part of it, others as queries.</summary>
    /// <param name="model">The network.</param>
    /// <param name="table">The table.</param>
    /// <param name="number">Sets the noise apart from other passes'.</param>
    /// <param name="random">The imputation's random numbers.</param>
    /// <param name="features">The features to see.</param>
    /// <param name="context">The rows that serve as context.</param>
    /// <param name="rows">The rows to impute.</param>
    /// <param name="foretold">The feature that is foretold; null for none.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static FlowPass Embed(
        PfnModel model, EncodedTable table, int number, Philox random, int[] features, int[] context, int[] rows, int? foretold,
        CancellationToken cancellation)
    {
        var inContext = context.ToHashSet();
        var asked = rows.Where(row => !inContext.Contains(row)).ToArray();
        var unlabelled = Enumerable.Repeat((long)model.Manifest.Classes, context.Length).ToArray();
        var contextRows = table.Select(context, features);
        FlowPass? pass = null;
        var width = model.Manifest.Width;
        // At least one call, with one stand-in query where all rows are context.
        for (var start = 0; pass is null || start < asked.Length; start += PfnModel.QueryRows)
        {
            var query = asked.Length == 0 ? context[..1] : asked[start..Math.Min(start + PfnModel.QueryRows, asked.Length)];
            var queryRows = table.Select(query, features);
            var result = model.Forward(contextRows, unlabelled, queryRows, 2, cancellation);
            var guess = model.Start(contextRows, queryRows, cancellation);
            pass ??= new FlowPass(
                model, table, number, features, result, Attended(result.Context, width, number, random), guess.Spread,
                FlowCheck.Of(model, table, number, random, features, context, foretold, cancellation));
            for (var i = 0; i < query.Length && asked.Length > 0; i++) pass._described[query[i]] = Row(result.Query, guess.Query, i);
            if (start == 0)
            {
                Array.ForEach(
                    Enumerable.Range(0, context.Length).ToArray(),
                    i => pass._described.TryAdd(context[i], Row(result.Context, guess.Context, i)));
            }
        }

        return pass;

        RowDescriptions Row(float[] embedding, float[] mean, int i) =>
            new(embedding[(i * width)..((i + 1) * width)], mean[(i * features.Length)..((i + 1) * features.Length)]);
    }

    internal static float[] Attended(float[] embeddings, int width, int number, Philox random)
    {
        var rows = embeddings.Length / width;
        if (rows <= AttendedRows) return embeddings;
        return
        [
            .. random.Permutation(rows, RandomPurpose.FlowContext, number)[..AttendedRows]
                .SelectMany(row => embeddings[(row * width)..((row + 1) * width)]),
        ];
    }

    /// <summary>What regressions on the context say of a cell, in the table's units.</summary>
    /// <param name="row">The table's row.</param>
    /// <param name="position">The feature's place among the pass's.</param>
    public float Guess(int row, int position) => _context.Location[position] + _context.Scale[position] * _described[row].Mean[position];

    /// <summary>Draws rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="random">The imputation's random numbers.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Completed rows, [rows, draws, features of the pass].</returns>
    public float[] Draw(ReadOnlySpan<int> rows, int draws, Philox random, CancellationToken cancellation)
    {
        var (features, width) = (_features.Length, _model.Manifest.Width);
        var repeated = new int[rows.Length * draws];
        var noise = new float[repeated.Length * features];
        var described = new RowDescriptions(new float[repeated.Length * width], new float[repeated.Length * features]);
        for (var i = 0; i < repeated.Length; i++)
        {
            var row = repeated[i] = rows[i / draws];
            Noise(noise.AsSpan(i * features, features), row, i % draws);
            _described[row].Embedding.CopyTo(described.Embedding, i * width);
            _described[row].Mean.CopyTo(described.Mean, i * features);
        }

        return _model.Sample(_table.Select(repeated, _features), noise, described, _context, _attended, _spread, cancellation);

        // Draws in pairs that start from opposite noise: each is a draw like any other, but what noise does to a mean nearly cancels.
        void Noise(Span<float> target, int row, int draw)
        {
            var half = (draws + 1) / 2;
            random.Normals(target, RandomPurpose.FlowNoise, _number, row, draw % half);
            for (var i = 0; draw >= half && i < target.Length; i++) target[i] = -target[i];
        }
    }
}
