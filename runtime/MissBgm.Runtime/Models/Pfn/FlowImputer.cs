using System.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// Imputes a table with a pretrained flow (PFN-Flow Section 5.2): nothing is fitted, the table is its own context. Draws are no chain, so there is
/// nothing to converge; those of a pass come in antithetic pairs.
/// </summary>
/// <param name="model">The network.</param>
public sealed class FlowImputer(PfnModel model)
{
    // Rows times draws that one call of the sampler computes.
    private const int CallRows = 512;

    /// <summary>Imputes a table's missing cells.</summary>
    /// <param name="table">A table of numbers, texts or both.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">A cell is not a value of its column, a column has no observed cell or texts that cannot be levels, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ImputedTable Impute(Table table, FlowImputeOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new FlowImputeOptions();
        options.Validate();
        var (first, end) = (options.FirstRow, options.EndRow ?? table.Rows);
        if (first < 0 || first >= end || end > table.Rows)
        {
            throw new UserInputException($"{table.Source}: rows {first}:{end} are not a part of its {table.Rows} rows; give first:end, 0-based, the end not included.");
        }

        var clock = Stopwatch.StartNew();
        var schema = TableSchema.Detect(table, options.Columns);
        var coding = new FlowCoding(schema.Modelled, model.Manifest.Features);
        var encoded = schema.Encode(table);
        var rows = Enumerable.Range(first, end - first).Where(row => encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(0f)).ToArray();
        var index = new CellIndex(table, schema, first, end);
        index.Begin(options.DrawSinks, 1, options.Draws);
        var (cells, trust) = rows.Length == 0 ? ([], null) : Draw(coding, coding.Encode(encoded), index, rows, options, progress, cancellation);
        var report = new ImputeReport
        {
            FittedRows = 0,
            NewRows = rows.Length,
            EmptyRows = [.. Enumerable.Range(first, end - first).Where(row => !encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(1f))],
            ConstantColumns = [.. index.ConstantCells().Select(cell => table.Header[cell.Column]).Distinct()],
            CrowdedColumns = coding.Crowded,
            Trust = trust,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        cells.AddRange(index.ConstantCells().Select(cell => ImputedCell.Constant(cell.Row, cell.Column, index.Schema[cell.Column])));
        cells.Sort((a, b) => (a.Row, a.Column).CompareTo((b.Row, b.Column)));
        return new ImputedTable(table, index.Schema, first, end, cells, report);
    }

    private (List<ImputedCell> Cells, FlowTrust? Trust) Draw(
        FlowCoding coding, FeatureTable table, CellIndex index, int[] rows, FlowImputeOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        var passes = new FlowPass[Math.Min(options.Ensemble, options.Draws)][];
        Concurrent.For(passes.Length, options.Threads, number => passes[number] = Embed(coding, table, number, rows, options), cancellation);
        var trust = FlowCheck.Sum(passes.SelectMany(parts => parts).Select(pass => pass.Check)).Trust();
        var chunkRows = Math.Max(1, CallRows / Math.Max(1, options.Draws / passes.Length));
        var chunks = rows.Chunk(chunkRows).ToArray();
        var cells = new List<ImputedCell>[chunks.Length];
        var done = 0;
        Concurrent.For(chunks.Length, options.Threads, chunk =>
        {
            cells[chunk] = Summarise(coding, index, chunks[chunk], Sample(table, chunks[chunk], passes, trust, options, cancellation), options);
            progress?.Report(Interlocked.Increment(ref done) / (double)chunks.Length);
        }, cancellation);
        return ([.. cells.SelectMany(part => part)], trust);
    }

    // The passes of one ensemble number: columns in random order, their features cut into as few equal parts as the network has room for.
    private FlowPass[] Embed(FlowCoding coding, FeatureTable table, int number, int[] rows, FlowImputeOptions options)
    {
        var member = EnsembleMember.Draw(
            new Philox(options.Seed), number, coding.Columns, table.Rows, 2, model.Manifest with { Features = coding.Columns }, options.MaximumContext);
        return [.. coding.Parts(member.Features, model.Manifest.Features)
            .Select(features => FlowPass.Embed(model, table, number, new Philox(options.Seed), features, member.Context, rows))];
    }

    private static FlowDraws Sample(FeatureTable table, int[] rows, FlowPass[][] passes, FlowTrust trust, FlowImputeOptions options, CancellationToken cancellation)
    {
        var random = new Philox(options.Seed);
        var draws = new FlowDraws(table, rows, options.Draws, trust);
        for (int number = 0, from = 0; number < passes.Length; number++)
        {
            // The draws are spread evenly, earlier passes taking the rest.
            var share = options.Draws / passes.Length + (number < options.Draws % passes.Length ? 1 : 0);
            foreach (var pass in passes[number])
            {
                cancellation.ThrowIfCancellationRequested();
                draws.Keep(pass.Draw(rows, share, random), pass, from, share);
            }

            from += share;
        }

        return draws;
    }

    private static List<ImputedCell> Summarise(FlowCoding coding, CellIndex index, int[] rows, FlowDraws draws, FlowImputeOptions options)
    {
        var cells = new List<ImputedCell>();
        for (var i = 0; i < rows.Length; i++)
        {
            for (var encoded = 0; encoded < coding.Columns; encoded++)
            {
                if (!draws.IsMissing(i, coding, encoded)) continue;
                var column = index.Column(encoded);
                var values = draws.Of(i, coding, encoded, index.Schema[column]);
                foreach (var sink in options.DrawSinks) sink.Take(index.Of(rows[i], column), Array.ConvertAll(values, value => (float)value));
                cells.Add(FlowCell.Describe(rows[i], column, index.Schema[column], values, options.Alpha));
            }
        }

        return cells;
    }
}
