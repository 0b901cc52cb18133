using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// A pretrained network at work on one table: several passes embed it, then each row's draws are spread over the passes, in antithetic
/// pairs.
/// </summary>
internal sealed class PfnRun : IImputationRun
{
    // Rows times draws that one call of the sampler computes.
    private const int CallRows = 512;
    private const int DescribedRows = 256;
    private const int Ensemble = 4;
    private const int MaximumContext = 2048;
    private readonly PfnModel _model;
    private readonly InferenceSettings _settings;
    private readonly ImputeOptions _options;
    private readonly FlowCoding _coding;
    private readonly EncodedTable _features;
    private readonly FlowPass[][] _passes = [];
    private readonly int[][] _chunks = [];
    private readonly int _mostContext;

    internal PfnRun(PfnModel model, Table table, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation)
    {
        (_model, _settings, _options) = (model, settings, options);
        var (first, end) = options.Range(table);
        Schema = MarginalLearning.Support(table, TableSchema.Detect(table, options.Columns));
        _coding = new FlowCoding(Schema.Modelled, model.Manifest.Features);
        Table = Schema.Encode(table);
        _features = _coding.Encode(Table);
        var rows = Enumerable.Range(first, end - first).Where(Table.HasMissing).ToArray();
        if (rows.Length == 0) return;
        _mostContext = Math.Min(options.MaximumContext ?? MaximumContext, model.MostContext(_features.Columns));
        var context = Math.Min(options.Foretold?.ContextRows ?? _features.Rows, _mostContext);
        var query = Math.Min(model.MostQuery(context, _features.Columns), rows.Length);
        model.MakeRoom(context, Math.Max(CallRows, query), _features.Columns, options.Threads);
        _passes = new FlowPass[Math.Min(options.Ensemble ?? Ensemble, settings.Draws)][];
        ParallelLoop.For(_passes.Length, options.Threads, number => _passes[number] = Embed(number, rows, cancellation), cancellation);
        Trust = FlowCheck.Sum(_passes.SelectMany(parts => parts).Select(pass => pass.Check)).Trust(options.Foretold is null ? 1 : 0);
        // Where rows are described again with the context beside them, many together.
        var rowsOfCall = Math.Max(1, CallRows / Math.Max(1, settings.Draws / _passes.Length));
        _chunks = [.. rows.Chunk(model.KeepsDescriptions ? rowsOfCall : Math.Max(rowsOfCall, DescribedRows))];
    }

    public TableSchema Schema { get; }

    public EncodedTable Table { get; }

    public int Chains => 1;

    public int Draws => _settings.Draws;

    public int Chunks => _chunks.Length;

    public long Steps => Chunks;

    public IReadOnlyList<string> CrowdedColumns => _coding.Crowded;

    public FlowTrust? Trust { get; }

    public ChunkPosterior Impute(int chunk, Action step, CancellationToken cancellation)
    {
        var draws = Sample(_chunks[chunk], cancellation);
        step();
        return new ChunkPosterior(Cells(_chunks[chunk], draws)) { NewRows = _chunks[chunk].Length };
    }

    // The passes of one ensemble number: columns in random order, their features cut into as few equal parts as the network has room for.
    private FlowPass[] Embed(int number, int[] rows, CancellationToken cancellation)
    {
        var member = EnsembleMember.Draw(
            new Philox(_options.Seed), number, _coding.Columns, _options.Foretold?.ContextRows ?? _features.Rows, 2,
            _model.Manifest with { Features = _coding.Columns }, _mostContext);
        var foretold = _options.Foretold is { } target
            ? _coding.Of(Schema.Modelled.ToList().FindIndex(column => column.Name == target.Name)).First()
            : (int?)null;
        return [.. _coding.Parts(member.Features, _model.Manifest.Features).Select(features => FlowPass.Embed(
            _model, _features, number, new Philox(_options.Seed), features, member.Context, rows, foretold, cancellation))];
    }

    private FlowDraws Sample(int[] rows, CancellationToken cancellation)
    {
        var draws = new FlowDraws(_features, rows, _settings.Draws, Trust!);
        for (int number = 0, from = 0; number < _passes.Length; number++)
        {
            // The draws are spread evenly, earlier passes taking the rest.
            var share = _settings.Draws / _passes.Length + (number < _settings.Draws % _passes.Length ? 1 : 0);
            foreach (var pass in _passes[number])
            {
                cancellation.ThrowIfCancellationRequested();
                var described = pass.Describe(rows, cancellation);
                draws.Keep(pass.Draw(rows, described, share, CallRows, cancellation), pass, described, from, share);
            }

            from += share;
        }

        return draws;
    }

    private IEnumerable<CellPosterior> Cells(int[] rows, FlowDraws draws)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            for (var column = 0; column < _coding.Columns; column++)
            {
                if (!draws.IsMissing(i, _coding, column)) continue;
                yield return new CellPosterior(rows[i], column) { Draws = draws.Of(i, _coding, column, Schema.Modelled[column]) };
            }
        }
    }
}
