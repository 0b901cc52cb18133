using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// How the flow does on cells of the context that are hidden from it, as sums over those cells in units of the guesses' spread. A network knows its
/// prior; a table unlike it is told from these cells, and the draws are shifted and stretched no more than they bear out.
/// </summary>
/// <param name="Cells">Hidden cells.</param>
/// <param name="Errors">Sum of squared errors e of the guesses.</param>
/// <param name="Agreement">Sum of e times the flow's shift d, its draws' mean.</param>
/// <param name="Shifts">Sum of d squared.</param>
/// <param name="Signal">The same without the draws' own noise: products of the means of two halves of the draws.</param>
/// <param name="Variance">Sum of the draws' variances.</param>
internal sealed record FlowCheck(double Cells, double Errors, double Agreement, double Shifts, double Signal, double Variance)
{
    private const int MaximumRows = 64;
    private const int Draws = 8;
    private const double HiddenShare = 0.3;
    private const double Limit = 8;
    private const double LargestStretch = 2;

    // Fewer hidden cells than this say nothing.
    private const int FewestCells = 30;

    /// <summary>Hides cells of a quarter of the context's rows, at most 64, and draws them from the other rows.</summary>
    /// <param name="model">The network.</param>
    /// <param name="table">The table.</param>
    /// <param name="number">The pass's number.</param>
    /// <param name="random">The imputation's random numbers.</param>
    /// <param name="features">The features to see.</param>
    /// <param name="context">The rows that serve as context.</param>
    /// <param name="foretold">The feature whose cells alone are hidden, as they are in the rows to come; null to hide any.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static FlowCheck Of(
        PfnModel model, EncodedTable table, int number, Philox random, int[] features, int[] context, int? foretold, CancellationToken cancellation)
    {
        var count = Math.Min(MaximumRows, context.Length / 4);
        if (count == 0) return Sum([]);
        var order = random.Permutation(context.Length, RandomPurpose.FlowCheck, number);
        var (asked, others) = (Array.ConvertAll(order[..count], i => context[i]), Array.ConvertAll(order[count..], i => context[i]));
        var complete = table.Select(asked, features);
        var hidden = new float[complete.Observed.Length];
        random.Uniforms(hidden, RandomPurpose.FlowCheck, 1, 0, number);
        var shown = complete.Observed.Select((observed, i) => Hides(i) ? 0 : observed).ToArray();
        var query = complete with { Observed = shown };
        var known = table.Select(others, features);
        var start = model.Start(known, query, cancellation);
        var unlabelled = Enumerable.Repeat((long)model.Manifest.Classes, others.Length).ToArray();
        var pass = model.Forward(known, unlabelled, query, 2, start, random, number, cancellation);
        return Measure(complete, query, pass, start, Sample(model, query, pass, start, number, random, cancellation));

        bool Hides(int cell) => foretold is { } target ? features[cell % features.Length] == target : hidden[cell] < HiddenShare;
    }

    /// <summary>Several checks as one.</summary>
    public static FlowCheck Sum(IEnumerable<FlowCheck> checks) => checks.Aggregate(new FlowCheck(0, 0, 0, 0, 0, 0), (a, b) => new FlowCheck(
        a.Cells + b.Cells, a.Errors + b.Errors, a.Agreement + b.Agreement, a.Shifts + b.Shifts, a.Signal + b.Signal, a.Variance + b.Variance));

    /// <summary>
    /// The shift's share is the least-squares coefficient of e on d, within 0 and 1; the stretch makes the draws as wide as what then is left of e.
    /// Draws of missing cells are never made narrower than the network's own: cells hidden at random are easier to tell than cells that are missing for
    /// a reason.
    /// </summary>
    /// <param name="smallestStretch">1 for missing cells, 0 for a column that is foretold.</param>
    public FlowTrust Trust(double smallestStretch = 1)
    {
        if (Cells < FewestCells || !(Variance > 0)) return FlowTrust.Full with { Cells = (int)Cells };
        var shift = Signal > 0 ? Math.Clamp(Agreement / Signal, 0, 1) : 0;
        // d carries the noise of a mean of so many draws.
        var left = Errors - 2 * shift * Agreement + shift * shift * (Shifts - Variance / Draws);
        return new FlowTrust((int)Cells, (float)shift, (float)Math.Clamp(Math.Sqrt(Math.Max(0, left) / Variance), smallestStretch, LargestStretch));
    }

    // Completed rows, [rows, draws, F].
    private static float[] Sample(PfnModel model, EncodedTable query, PfnPass pass, FlowStart start, int number, Philox random, CancellationToken cancellation)
    {
        var (rows, width, features) = (query.Rows, model.DescriptionWidth(query.Columns), query.Columns);
        var repeated = Enumerable.Range(0, rows * Draws).Select(i => i / Draws).ToArray();
        float[] Repeat(float[] source, int size) => RowMajor.Gather(source, repeated, size);
        var noise = new float[rows * Draws * features];
        random.Normals(noise, RandomPurpose.FlowCheck, 2, 0, number);
        return model.Sample(
            new EncodedTable(rows * Draws, features, Repeat(query.Values, features), Repeat(query.Observed, features)), noise,
            new RowDescriptions(Repeat(pass.Query, width), Repeat(start.Query, features)), pass,
            FlowPass.Attended(pass.Context, width, number, random), start.Spread, cancellation);
    }

    private static FlowCheck Measure(EncodedTable complete, EncodedTable query, PfnPass pass, FlowStart start, float[] samples)
    {
        var features = query.Columns;
        var checks = new List<FlowCheck>();
        var shifts = new double[Draws];
        for (var cell = 0; cell < complete.Values.Length; cell++)
        {
            if (complete.Observed[cell] == 0 || query.Observed[cell] == 1) continue;
            var (row, feature) = (cell / features, cell % features);
            double Residual(double value) =>
                (Math.Clamp((value - pass.Location[feature]) / pass.Scale[feature], -Limit, Limit) - start.Query[cell]) / start.Spread[feature];
            for (var draw = 0; draw < Draws; draw++) shifts[draw] = Residual(samples[(row * Draws + draw) * features + feature]);
            var (error, mean) = (Math.Clamp(Residual(complete.Values[cell]), -Limit, Limit), shifts.Average());
            checks.Add(new FlowCheck(
                1, error * error, error * mean, mean * mean, shifts[..(Draws / 2)].Average() * shifts[(Draws / 2)..].Average(),
                shifts.Sum(x => (x - mean) * (x - mean)) / (Draws - 1)));
        }

        return Sum(checks);
    }
}
