using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// Where the flow starts from: a guess of every missing cell and how far such guesses lie off, both from the context alone. The guess is an average
/// of a Gaussian's conditional mean, of weighted means over near rows, and of the Gaussian's mean corrected by near rows' residuals; each column
/// weighs them by how well they tell its observed cells when these are hidden. The flow then has to learn only what such regressions do not know,
/// in units of their error. (A departure from the paper, whose flow starts from the columns' means and scales; without it a small network needs
/// most of its capacity to relearn regression, and goes astray on tables unlike the prior's.)
/// </summary>
/// <param name="Mean">The guesses, standardised, [B, n, F]; 0 on observed cells.</param>
/// <param name="Spread">Root mean square error of each column's guesses, [B, 1, F].</param>
internal sealed record FlowBaseline(Tensor Mean, Tensor Spread)
{
    /// <summary>Measures a table.</summary>
    /// <param name="values">Standardised values, [B, n, F]; not read where missing.</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    public static FlowBaseline Of(Tensor values, Tensor observed, long context)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var shown = values * observed;
        var (x, o) = (shown.narrow(1, 0, context), observed.narrow(1, 0, context));
        var guesses = new Guesses(x, o);
        var (weights, spread) = Validate(guesses, x, o);
        var mean = zeros_like(shown);
        foreach (var (guess, weight) in guesses.Of(shown, observed).Values.Zip(weights)) mean = mean + guess * weight;
        return new FlowBaseline((mean * (1 - observed)).MoveToOuterDisposeScope(), spread.MoveToOuterDisposeScope());
    }

    /// <summary>The first tasks.</summary>
    public FlowBaseline OfTasks(long count) => new(Mean.narrow(0, 0, count), Spread.narrow(0, 0, count));

    /// <summary>Some of the rows.</summary>
    public FlowBaseline OfRows(long first, long count) => this with { Mean = Mean.narrow(1, first, count) };

    /// <summary>Some of the cells, by their places in the flattened table: guesses and spreads, [k] each.</summary>
    public FlowBaseline OfCells(Tensor places) =>
        new(Mean.reshape(-1).index_select(0, places), Spread.expand_as(Mean).reshape(-1).index_select(0, places));

    /// <summary>The scale of each cell's residual: a missing cell's is its column's spread, an observed cell is left as it is, [B, n, F].</summary>
    public Tensor Scale(Tensor observed) => observed + Spread * (1 - observed);

    // Hides the context's columns by turns. What the Gaussian was fitted to it tells too well: a residual grows by 1 / (1 - leverage), as in regression
    // without the row. A prior cell of error 1 keeps short columns from looking exact.
    private static (Tensor[] Weights, Tensor Spread) Validate(Guesses guesses, Tensor x, Tensor o)
    {
        var features = x.shape[2];
        var number = arange(features, device: x.device).view(1, 1, -1).remainder(PfnConstants.Folds);
        var errors = new Tensor[Guesses.Count];
        for (var fold = 0; fold < Math.Min(PfnConstants.Folds, features); fold++)
        {
            var hidden = number.eq(fold).to(x.dtype);
            var (values, leverage) = guesses.Of(x * (1 - hidden), o * (1 - hidden));
            var gaussian = (x - values[0]) / (1 - leverage.clamp_max(PfnConstants.LargestLeverage));
            for (var i = 0; i < errors.Length; i++)
            {
                // Corrections are measured from the Gaussian's own residual.
                var error = (Guesses.Corrects(i) ? gaussian - (values[i] - values[0]) : i == 0 ? gaussian : x - values[i]) * hidden * o;
                errors[i] = fold == 0 ? error : errors[i] + error;
            }
        }

        var count = o.sum(1, true) + 1;
        var absolute = cat([.. errors.Select(error => (error.abs().sum(1, true) + 1) / count)], 1);
        var weights = (absolute.log() * -PfnConstants.Sharpness).softmax(1).split(1, 1);
        var combined = zeros_like(x);
        for (var i = 0; i < errors.Length; i++) combined = combined + errors[i] * weights[i];
        return (weights, ((combined.square().sum(1, true) + 1) / count).sqrt());
    }

    /// <summary>The guesses, from the context: the Gaussian's, then for each bandwidth a mean over near rows and the Gaussian's corrected.</summary>
    private sealed class Guesses(Tensor x, Tensor o)
    {
        private readonly GaussianBaseline _gaussian = GaussianBaseline.Fit(x, o);
        private readonly NeighbourBaseline _neighbours = new(x, o);
        private Tensor? _residuals;

        public static int Count => 1 + 2 * PfnConstants.Bandwidths.Length;

        /// <summary>Whether a guess is the Gaussian's, corrected.</summary>
        public static bool Corrects(int guess) => guess > 0 && guess % 2 == 0;

        /// <summary>
        /// All guesses of rows of which the first c are the context, [B, n, F] each, and the rows' leverage in the Gaussian's fit, [B, n,
        /// 1].
        /// </summary>
        public (Tensor[] Values, Tensor Leverage) Of(Tensor shown, Tensor observed)
        {
            var solved = _gaussian.Solve(shown, observed);
            var gaussian = _gaussian.ConditionalMean(solved, observed);
            var values = new List<Tensor> { gaussian };
            foreach (var weights in _neighbours.Weights(shown, observed))
            {
                var (near, known) = _neighbours.Average(weights, x);
                values.Add(near * known + gaussian * (1 - known));
                values.Add(gaussian + _neighbours.Average(weights, _residuals ??= _gaussian.Residuals(x, o)).Mean);
            }

            return ([.. values], (shown * solved).sum(2, true) / (double)x.shape[1]);
        }
    }
}
