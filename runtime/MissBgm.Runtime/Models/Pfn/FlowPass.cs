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
    private readonly EncodedTable _contextRows;
    private readonly long[] _unlabelled;
    private readonly Philox _random;
    private readonly Dictionary<int, RowDescriptions> _described = [];
    private readonly int _number;
    private PfnPass _context = new([], [], [], [], []);
    private float[] _attended = [];
    private float[] _spread = [];

    private FlowPass(PfnModel model, EncodedTable table, int number, Philox random, int[] features, int[] context, FlowCheck check)
    {
        (_model, _table, _number, _random, _features, Check) = (model, table, number, random, features, check);
        _contextRows = table.Select(context, features);
        _unlabelled = [.. Enumerable.Repeat((long)model.Manifest.Classes, context.Length)];
    }

    /// <summary>How the flow did on hidden cells of the context.</summary>
    public FlowCheck Check { get; }

    /// <summary>The features, in the order in which the pass sees them.</summary>
    public IReadOnlyList<int> Features => _features;

    /// <summary>Embeds the context, and the rows to impute as queries where there is room to keep them.</summary>
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
        var pass = new FlowPass(
            model, table, number, random, features, context,
            FlowCheck.Of(model, table, number, random, features, context, foretold, cancellation));
        var inContext = context.ToHashSet();
        var asked = model.KeepsDescriptions ? Array.FindAll(rows, row => !inContext.Contains(row)) : [];
        // At least one call, with one stand-in query where all rows are context.
        pass.Ask(asked.Length > 0 ? asked : context[..1], pass._described, context, cancellation);
        return pass;
    }

    /// <summary>What the network and the regressions say of rows: those in the context as part of it, others as queries.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="cancellation">Ends it early.</param>
    public IReadOnlyDictionary<int, RowDescriptions> Describe(int[] rows, CancellationToken cancellation)
    {
        if (_model.KeepsDescriptions) return _described;
        var described = rows.Where(_described.ContainsKey).ToDictionary(row => row, row => _described[row]);
        Ask(Array.FindAll(rows, row => !described.ContainsKey(row)), described, [], cancellation);
        return described;
    }

    // Describes queries, and context rows if asked for; what holds for all rows comes with the first call.
    private void Ask(int[] asked, Dictionary<int, RowDescriptions> described, int[] context, CancellationToken cancellation)
    {
        var width = _model.DescriptionWidth(_features.Length);
        foreach (var query in asked.Chunk(_model.MostQuery(_contextRows.Rows, _features.Length)))
        {
            var queryRows = _table.Select(query, _features);
            var start = _model.Start(_contextRows, queryRows, cancellation);
            var pass = _model.Forward(_contextRows, _unlabelled, queryRows, 2, start, _random, _number, cancellation);
            if (_spread.Length == 0) (_context, _spread, _attended) = (pass, start.Spread, Attended(pass.Context, width, _number, _random));
            for (var i = 0; i < context.Length; i++) described.TryAdd(context[i], Row(pass.Context, start.Context, i));
            for (var i = 0; i < query.Length; i++) described.TryAdd(query[i], Row(pass.Query, start.Query, i));
        }
    }

    private RowDescriptions Row(float[] embedding, float[] mean, int i)
    {
        var (width, features) = (_model.DescriptionWidth(_features.Length), _features.Length);
        return new(embedding[(i * width)..((i + 1) * width)], mean[(i * features)..((i + 1) * features)]);
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
    /// <param name="row">The row as it was described.</param>
    /// <param name="position">The feature's place among the pass's.</param>
    public float Guess(RowDescriptions row, int position) => _context.Location[position] + _context.Scale[position] * row.Mean[position];

    /// <summary>Draws rows, some in each call of the sampler.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="described">The rows as they were described.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="callRows">Rows times draws of a call, but at least one row.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Completed rows, [rows, draws, features of the pass].</returns>
    public float[] Draw(int[] rows, IReadOnlyDictionary<int, RowDescriptions> described, int draws, int callRows, CancellationToken cancellation)
    {
        float[][] parts = [.. rows.Chunk(Math.Max(1, callRows / Math.Max(1, draws))).Select(part => Draw(part, described, draws, cancellation))];
        return parts.Length == 1 ? parts[0] : [.. parts.SelectMany(part => part)];
    }

    private float[] Draw(int[] rows, IReadOnlyDictionary<int, RowDescriptions> described, int draws, CancellationToken cancellation)
    {
        var (features, width) = (_features.Length, _model.DescriptionWidth(_features.Length));
        var repeated = new int[rows.Length * draws];
        var noise = new float[repeated.Length * features];
        var all = new RowDescriptions(new float[repeated.Length * width], new float[repeated.Length * features]);
        for (var i = 0; i < repeated.Length; i++)
        {
            var row = repeated[i] = rows[i / draws];
            Noise(noise.AsSpan(i * features, features), row, i % draws);
            described[row].Embedding.CopyTo(all.Embedding, i * width);
            described[row].Mean.CopyTo(all.Mean, i * features);
        }

        return _model.Sample(_table.Select(repeated, _features), noise, all, _context, _attended, _spread, cancellation);

        // Draws in pairs that start from opposite noise: each is a draw like any other, but what noise does to a mean nearly cancels.
        void Noise(Span<float> target, int row, int draw)
        {
            var half = (draws + 1) / 2;
            _random.Normals(target, RandomPurpose.FlowNoise, _number, row, draw % half);
            for (var i = 0; draw >= half && i < target.Length; i++) target[i] = -target[i];
        }
    }
}
