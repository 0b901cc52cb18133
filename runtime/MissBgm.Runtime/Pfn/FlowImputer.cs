using System.Diagnostics;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Pfn;

/// <summary>
/// Imputes a table with a pretrained flow (PFN-Flow Section 5.2): nothing is fitted, the table is its own context. Draws are independent, so there is
/// nothing to converge.
/// </summary>
/// <param name="model">The network.</param>
public sealed class FlowImputer(PfnModel model)
{
    // Rows times draws that one call of the sampler computes.
    private const int CallRows = 512;

    /// <summary>Imputes a table's missing cells.</summary>
    /// <param name="table">A table of numbers.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">A cell is no number, a column has no observed cell, or an option is out of range.</exception>
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
        var schema = TableSchema.Detect(table, new ColumnDeclarations { Detection = TypeDetection.Numbers });
        var encoded = schema.Encode(table);
        var features = new FeatureTable(encoded.Rows, encoded.Columns, encoded.Values, encoded.Observed);
        var rows = Enumerable.Range(first, end - first).Where(row => encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(0f)).ToArray();
        var index = new CellIndex(table, schema, first, end);
        index.Begin(options.DrawSinks, 1, options.Draws);
        var cells = rows.Length == 0 ? [] : Draw(features, index, rows, options, progress, cancellation);
        return Collect(table, schema, encoded, first, end, cells, clock.Elapsed.TotalSeconds);
    }

    private List<ImputedCell> Draw(FeatureTable table, CellIndex index, int[] rows, FlowImputeOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        var passes = new FlowPass[Math.Min(options.Ensemble, options.Draws)][];
        Concurrent.For(passes.Length, options.Threads, number => passes[number] = Embed(table, number, rows, options), cancellation);
        var chunkRows = Math.Max(1, CallRows / Math.Max(1, options.Draws / passes.Length));
        var chunks = rows.Chunk(chunkRows).ToArray();
        var cells = new List<ImputedCell>[chunks.Length];
        var done = 0;
        Concurrent.For(chunks.Length, options.Threads, chunk =>
        {
            cells[chunk] = Summarise(table, index, chunks[chunk], passes, options, cancellation);
            progress?.Report(Interlocked.Increment(ref done) / (double)chunks.Length);
        }, cancellation);
        return [.. cells.SelectMany(part => part)];
    }

    // The passes of one ensemble number: features in random order, cut into as few equal parts as the network has room for.
    private FlowPass[] Embed(FeatureTable table, int number, int[] rows, FlowImputeOptions options)
    {
        var member = EnsembleMember.Draw(
            new Philox(options.Seed), number, table.Features, table.Rows, 2, model.Manifest with { Features = table.Features }, options.MaximumContext);
        var parts = (table.Features + model.Manifest.Features - 1) / model.Manifest.Features;
        var size = (table.Features + parts - 1) / parts;
        return [.. member.Features.Chunk(size).Select(features => FlowPass.Embed(model, table, number, new Philox(options.Seed), features, member.Context, rows))];
    }

    private static List<ImputedCell> Summarise(
        FeatureTable table, CellIndex index, int[] rows, FlowPass[][] passes, FlowImputeOptions options, CancellationToken cancellation)
    {
        var random = new Philox(options.Seed);
        var draws = new double[rows.Length * table.Features][];
        for (var i = 0; i < draws.Length; i++)
        {
            if (table.Observed[rows[i / table.Features] * table.Features + i % table.Features] == 0) draws[i] = new double[options.Draws];
        }

        for (int number = 0, from = 0; number < passes.Length; number++)
        {
            // The draws are spread evenly, earlier passes taking the rest.
            var share = options.Draws / passes.Length + (number < options.Draws % passes.Length ? 1 : 0);
            foreach (var pass in passes[number])
            {
                cancellation.ThrowIfCancellationRequested();
                Scatter(pass.Draw(rows, share, random), pass.Features, share, from, draws, table.Features);
            }

            from += share;
        }

        var missing = Enumerable.Range(0, draws.Length).Where(i => draws[i] is not null).ToArray();
        if (options.DrawSinks.Count > 0) Array.ForEach(missing, i => Hand(index, rows[i / table.Features], index.Column(i % table.Features), draws[i], options.DrawSinks));
        return [.. missing.Select(i => Describe(rows[i / table.Features], i % table.Features, draws[i], options.Alpha))];
    }

    private static void Scatter(float[] samples, IReadOnlyList<int> features, int share, int from, double[][] draws, int width)
    {
        for (var at = 0; at < samples.Length; at++)
        {
            var (row, draw, feature) = (at / features.Count / share, at / features.Count % share, features[at % features.Count]);
            if (draws[row * width + feature] is { } cell) cell[from + draw] = samples[at];
        }
    }

    private static void Hand(CellIndex index, int row, int column, double[] draws, IReadOnlyList<IDrawSink> sinks)
    {
        var schema = index.Schema[column];
        var units = Array.ConvertAll(draws, draw => (float)(schema.Location + schema.Scale * draw));
        foreach (var sink in sinks) sink.Take(index.Of(row, column), units);
    }

    private static ImputedCell Describe(int row, int column, double[] draws, double alpha)
    {
        var mean = draws.Average();
        if (!double.IsFinite(mean)) throw new NumericalException($"data row {row}: a draw of the flow is not finite; the bundle's weights are damaged, export it again.");
        Array.Sort(draws);
        var sd = draws.Length == 1 ? double.NaN : Math.Sqrt(draws.Sum(x => (x - mean) * (x - mean)) / (draws.Length - 1));
        return new ImputedCell(row, column, mean, sd, Quantile.OfSorted(draws, alpha / 2), Quantile.OfSorted(draws, 1 - alpha / 2), double.NaN, double.NaN, double.NaN);
    }

    private static ImputedTable Collect(Table table, TableSchema schema, EncodedTable encoded, int first, int end, List<ImputedCell> cells, double seconds)
    {
        // Detected from this very table, so columns are in its order.
        var modelled = Enumerable.Range(0, table.Columns).Where(c => !schema.Columns[c].IsConstant).ToArray();
        var decoded = cells.ConvertAll(cell => Decode(cell, modelled[cell.Column], schema.Columns[modelled[cell.Column]]));
        var constants = Enumerable.Range(0, table.Columns).Except(modelled)
            .SelectMany(c => Enumerable.Range(first, end - first).Where(row => table.IsMissing(row, c)), (c, row) => (Row: row, Column: c)).ToArray();
        decoded.AddRange(constants.Select(c => ImputedCell.Constant(c.Row, c.Column, schema.Columns[c.Column])));
        decoded.Sort((a, b) => (a.Row, a.Column).CompareTo((b.Row, b.Column)));
        return new ImputedTable(table, [.. schema.Columns], first, end, decoded, new ImputeReport
        {
            FittedRows = 0,
            NewRows = cells.Select(cell => cell.Row).Distinct().Count(),
            EmptyRows = [.. Enumerable.Range(first, end - first).Where(row => !encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(1f))],
            ConstantColumns = [.. constants.Select(c => table.Header[c.Column]).Distinct()],
            Seconds = seconds,
        });
    }

    private static ImputedCell Decode(ImputedCell cell, int column, ColumnSchema schema)
    {
        double Units(double value) => schema.Location + schema.Scale * value;
        return cell with { Column = column, Mean = Units(cell.Mean), Sd = schema.Scale * cell.Sd, Lower = Units(cell.Lower), Upper = Units(cell.Upper) };
    }
}
