using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>
/// Nodes for where the flow starts from: a guess of every missing cell and how far such guesses lie off, both from the context alone. Guesses are
/// weighed in each column by how well they tell the context's observed cells when these are hidden. The numbers are the trainer's.
/// </summary>
internal sealed class FlowBaseline
{
    private static readonly int Count = 1 + 2 * PfnConstants.Bandwidths.Length;
    private readonly Tensor _features;
    private readonly Tensor _shown;
    private readonly Tensor _observed;
    private readonly Tensor _same;
    private readonly Tensor _residuals;
    private readonly GaussianBaseline _gaussian;
    private readonly NeighbourBaseline _neighbours;
    private readonly Tensor[] _weights;

    /// <param name="features">A graph input of shape [C, F].</param>
    /// <param name="room">Features the network has room for.</param>
    /// <param name="shown">Standardised context values, 0 where missing, [C, F].</param>
    /// <param name="observed">[C, F].</param>
    public FlowBaseline(Tensor features, int room, Tensor shown, Tensor observed)
    {
        (_features, _shown, _observed) = (features, shown, observed);
        _same = NeighbourBaseline.Same(features);
        _gaussian = new GaussianBaseline(features, room, shown, observed);
        _residuals = _gaussian.Residuals(shown, observed);
        _neighbours = new NeighbourBaseline(shown, observed);
        (_weights, Spread) = Validate(room);
    }

    /// <summary>Root mean square error of each column's guesses, [1, F].</summary>
    public Tensor Spread { get; }

    /// <summary>The guesses of rows, standardised, [N, F]; 0 on observed cells.</summary>
    /// <param name="shown">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="observed">[N, F].</param>
    /// <param name="context">Whether these are the context's rows, which are then no neighbours of themselves.</param>
    public Tensor Mean(Tensor shown, Tensor observed, bool context)
    {
        var (guesses, _) = Guesses(shown, observed, context);
        return guesses.Zip(_weights, (guess, weight) => guess * weight).Aggregate((a, b) => a + b) * (1 - observed);
    }

    private (Tensor[] Values, Tensor Leverage) Guesses(Tensor shown, Tensor observed, bool context)
    {
        var solved = _gaussian.Solve(shown, observed);
        var gaussian = _gaussian.ConditionalMean(solved, observed);
        var values = new List<Tensor> { gaussian };
        foreach (var weights in _neighbours.Weights(shown, observed, context ? _same : null))
        {
            var (near, known) = _neighbours.Average(weights, _shown);
            values.Add(known.Where(near, gaussian));
            values.Add(gaussian + _neighbours.Average(weights, _residuals).Mean);
        }

        return ([.. values], (shown * solved).Sum(1, keepAxis: true) / _features.Length(0));
    }

    // Hides the context's columns by turns; a fold that has no column adds nothing.
    private (Tensor[] Weights, Tensor Spread) Validate(int room)
    {
        var errors = new Tensor[Count];
        for (var fold = 0; fold < PfnConstants.Folds; fold++)
        {
            double[] pattern = [.. Enumerable.Range(0, room).Select(feature => feature % PfnConstants.Folds == fold ? 1.0 : 0.0)];
            var hidden = Prefix.Of(_features.Graph.Constant(pattern, [1, room]), 1, _features, 1);
            var (values, leverage) = Guesses(_shown * (1 - hidden), _observed * (1 - hidden), context: true);
            var gaussian = (_shown - values[0]) / (1 - leverage.Min(PfnConstants.LargestLeverage));
            for (var i = 0; i < Count; i++)
            {
                var raw = i == 0 ? gaussian : i % 2 == 0 ? gaussian - (values[i] - values[0]) : _shown - values[i];
                var error = raw * (hidden * _observed);
                errors[i] = fold == 0 ? error : errors[i] + error;
            }
        }

        return Weigh(errors);
    }

    private (Tensor[] Weights, Tensor Spread) Weigh(Tensor[] errors)
    {
        var count = _observed.Sum(0, keepAxis: true) + 1;
        var absolute = errors.Select(error => (error.Abs().Sum(0, keepAxis: true) + 1) / count).ToArray().Concat(0);
        var shares = (absolute.Transpose(1, 0).Log() * -PfnConstants.Sharpness).Softmax().Transpose(1, 0);
        Tensor[] weights = [.. Enumerable.Range(0, Count).Select(i => shares.Slice(0, i, i + 1))];
        var combined = errors.Zip(weights, (error, weight) => error * weight).Aggregate((a, b) => a + b);
        return (weights, ((combined.Square().Sum(0, keepAxis: true) + 1) / count).Sqrt());
    }
}
