using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Pfn;

/// <summary>One pass of an imputation: some of the features in an order of its own, and what it says of the rows to impute.</summary>
internal sealed class FlowPass
{
    private const int QueryRows = 1024;
    private readonly PfnModel _model;
    private readonly FeatureTable _table;
    private readonly int[] _features;
    private readonly PfnPass _context;
    private readonly Dictionary<int, RowDescriptions> _described = [];
    private readonly int _number;

    private FlowPass(PfnModel model, FeatureTable table, int number, int[] features, PfnPass context)
        => (_model, _table, _number, _features, _context) = (model, table, number, features, context);

    /// <summary>The features, in the order in which the pass sees them.</summary>
    public IReadOnlyList<int> Features => _features;

    /// <summary>Embeds the rows to impute: those in the context as part of it, others as queries.</summary>
    /// <param name="model">The network.</param>
    /// <param name="table">The table.</param>
    /// <param name="number">Sets the noise apart from other passes'.</param>
    /// <param name="features">The features to see.</param>
    /// <param name="context">The rows that serve as context.</param>
    /// <param name="rows">The rows to impute.</param>
    public static FlowPass Embed(PfnModel model, FeatureTable table, int number, int[] features, int[] context, int[] rows)
    {
        var inContext = context.ToHashSet();
        var asked = rows.Where(row => !inContext.Contains(row)).ToArray();
        var unlabelled = Enumerable.Repeat((long)model.Manifest.Classes, context.Length).ToArray();
        var contextRows = PfnRows.Select(table, context, features);
        FlowPass? pass = null;
        var width = model.Manifest.Width;
        // At least one call, with one stand-in query where all rows are context.
        for (var start = 0; pass is null || start < asked.Length; start += QueryRows)
        {
            var query = asked.Length == 0 ? context[..1] : asked[start..Math.Min(start + QueryRows, asked.Length)];
            var result = model.Forward(contextRows, unlabelled, PfnRows.Select(table, query, features), 2);
            pass ??= new FlowPass(model, table, number, features, result);
            for (var i = 0; i < query.Length && asked.Length > 0; i++) pass._described[query[i]] = Row(result.Query, i);
        }

        for (var i = 0; i < context.Length; i++) pass._described.TryAdd(context[i], Row(pass._context.Context, i));
        return pass;

        RowDescriptions Row(RowDescriptions all, int i) =>
            new(all.Embedding[(i * width)..((i + 1) * width)], all.Baseline[(i * features.Length)..((i + 1) * features.Length)]);
    }

    /// <summary>Draws rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="random">The imputation's random numbers.</param>
    /// <returns>Completed rows, [rows, draws, features of the pass].</returns>
    public float[] Draw(ReadOnlySpan<int> rows, int draws, Philox random)
    {
        var (features, width) = (_features.Length, _model.Manifest.Width);
        var repeated = new int[rows.Length * draws];
        var noise = new float[repeated.Length * features];
        var described = new RowDescriptions(new float[repeated.Length * width], new float[repeated.Length * features]);
        for (var i = 0; i < repeated.Length; i++)
        {
            var row = repeated[i] = rows[i / draws];
            random.Normals(noise.AsSpan(i * features, features), RandomPurpose.FlowNoise, _number, row, i % draws);
            _described[row].Embedding.CopyTo(described.Embedding, i * width);
            _described[row].Baseline.CopyTo(described.Baseline, i * features);
        }

        return _model.Sample(PfnRows.Select(_table, repeated, _features), noise, described, _context);
    }
}
