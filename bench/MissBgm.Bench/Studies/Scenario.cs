using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies;

/// <summary>What a mask rule may look at.</summary>
/// <param name="Value">The cell's value.</param>
/// <param name="Noise">Its departure from what the anchors predict, in units of its noise.</param>
/// <param name="Anchor">The row's first anchor, standard normal.</param>
/// <param name="Column">The column's number among those with missing cells.</param>
/// <param name="Second">The row's second anchor, standard normal.</param>
internal readonly record struct CellView(double Value, double Noise, double Anchor, int Column, double Second);

/// <summary>
/// Simulated tables whose law is known: anchor columns A, always observed, and targets mean_j(A) + sigma_j e, e of mean 0 and variance 1, observed with a
/// probability that a rule gives. The oracle knows mean, sigma, e's law and the rule.
/// </summary>
internal sealed record Scenario(string Name)
{
    private const int OraclePoints = 1000;

    public int Rows { get; init; } = 1000;

    public int Columns { get; init; } = 25;

    public int Anchors { get; init; } = 5;

    /// <summary>Quantile function of e.</summary>
    public Func<double, double> Noise { get; init; } = StandardNormal.Quantile;

    /// <summary>Whether means bend with the anchors.</summary>
    public bool Nonlinear { get; init; }

    /// <summary>Whether the noise's scale moves with the first anchor.</summary>
    public bool Heteroscedastic { get; init; }

    /// <summary>The probability that a cell is observed.</summary>
    public required Func<CellView, double> Observed { get; init; }

    /// <summary>Draws a table.</summary>
    /// <param name="seed">Of the draws.</param>
    /// <param name="withOracle">Whether to compute the oracle's expectations.</param>
    public ScenarioTable Draw(ulong seed, bool withOracle = true)
    {
        double[] points = withOracle ? [.. Enumerable.Range(0, OraclePoints).Select(k => Noise((k + 0.5) / OraclePoints))] : [0];
        var random = new NumpyGenerator(seed);
        var targets = Columns - Anchors;
        var coupling = Enumerable.Range(0, Anchors * targets).Select(_ => 0.4 * random.StandardNormal()).ToArray();
        var (offset, sigma) = (new double[targets], new double[targets]);
        for (var j = 0; j < targets; j++) (offset[j], sigma[j]) = (0.3 * random.StandardNormal(), random.Uniform(0.6, 1.2));
        var (truth, oracle) = (new double[Rows * Columns], new double[Rows * Columns]);
        var incomplete = new double[truth.Length];
        var anchors = new double[Anchors];
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Anchors; k++)
            {
                truth[i * Columns + k] = oracle[i * Columns + k] = incomplete[i * Columns + k] = anchors[k] = random.StandardNormal();
            }
            for (var j = 0; j < targets; j++)
            {
                var at = i * Columns + Anchors + j;
                var mean = offset[j] + Mean(anchors, coupling.AsSpan(j * Anchors, Anchors));
                var scale = sigma[j] * (Heteroscedastic ? Math.Exp(0.4 * anchors[0]) : 1);
                CellView View(double e) => new(mean + scale * e, e, anchors[0], j, anchors[1]);
                var view = View(Noise(Math.Clamp(random.Uniform(), 1e-12, 1 - 1e-12)));
                truth[at] = incomplete[at] = oracle[at] = view.Value;
                if (random.Uniform() < Observed(view)) continue;
                (incomplete[at], oracle[at]) = (double.NaN, Expectation(points, View));
            }
        }

        return new ScenarioTable(Columns, truth, incomplete, oracle);
    }

    private double Mean(double[] anchors, ReadOnlySpan<double> coupling)
    {
        var (sum, bend) = (0.0, 0.0);
        for (var k = 0; k < anchors.Length; k++) (sum, bend) = (sum + coupling[k] * anchors[k], bend + coupling[k] * Math.Sin(2 * anchors[k]));
        return Nonlinear ? 0.5 * sum * sum + 1.5 * bend : sum;
    }

    private double Expectation(double[] noise, Func<double, CellView> view)
    {
        var (sum, mass) = (0.0, 0.0);
        foreach (var e in noise)
        {
            var cell = view(e);
            var weight = 1 - Observed(cell);
            (sum, mass) = (sum + weight * cell.Value, mass + weight);
        }

        return mass > 0 ? sum / mass : view(0).Value;
    }
}

/// <summary>A drawn table, row-major [n, p].</summary>
/// <param name="Columns">p.</param>
/// <param name="Truth">All values.</param>
/// <param name="Incomplete">NaN where hidden.</param>
/// <param name="Oracle">Hidden cells at their expectation given all that the oracle knows.</param>
internal sealed record ScenarioTable(int Columns, double[] Truth, double[] Incomplete, double[] Oracle);
