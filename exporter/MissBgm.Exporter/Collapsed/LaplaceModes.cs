using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// The mode of each row's z under the collapsed density and the Cholesky factor of its precision there, by damped Newton steps from 0
/// unrolled into the graph: the runtime's own climb, step for step, but with a given number of evaluations.
/// </summary>
/// <param name="Latent">Modes, [B, d].</param>
/// <param name="LogDensity">The log density there, [B], in double precision.</param>
/// <param name="Factor">[B, d, d], in double precision.</param>
internal sealed record LaplaceModes(Tensor Latent, Tensor LogDensity, Tensor Factor)
{
    private const double Shrinkage = 0.3;
    private const double SmallestStep = 0.01;
    private const double SmallestGain = 1e-5;

    /// <summary>Climbs.</summary>
    /// <param name="cells">The model, each row under its member.</param>
    /// <param name="x">Observed values, [B, q].</param>
    /// <param name="observed">r, [B, q].</param>
    /// <param name="dimension">d.</param>
    /// <param name="evaluations">How often the density is evaluated; 2 suffice where it is Gaussian.</param>
    public static LaplaceModes Find(CollapsedCells cells, Tensor x, Tensor observed, int dimension, int evaluations)
    {
        var z = x.Slice(1, 0, 1) * x.Graph.Constant(new double[dimension], [1, dimension]);
        var climb = Climb.Start(z, Evaluate(cells, z, x, observed));
        for (var i = 1; i < evaluations; i++)
        {
            z = climb.Proposal();
            climb = climb.Judge(z, Evaluate(cells, z, x, observed));
        }

        return new LaplaceModes(climb.Position, climb.Value, CholeskyColumns.Of(climb.Precision).Matrix);
    }

    // The value is taken down to double precision as the runtime does it.
    private static Evaluation Evaluate(CollapsedCells cells, Tensor z, Tensor x, Tensor observed)
    {
        var (density, gradient, precision) = CollapsedLatentGraph.Terms(cells, z, x, observed);
        var slope = gradient.Cast(ElementType.Double);
        var direction = CholeskyColumns.Solve(precision, slope);
        return new Evaluation(density.Cast(ElementType.Double), precision, direction, (slope * direction).Sum(1));
    }

    /// <summary>log p(x_obs, r) of a row, up to a constant: the integral over z by Laplace's method, [B].</summary>
    public Tensor LogEvidence() => LogDensity - CholeskyColumns.From(Factor).HalfLogDeterminant();

    private sealed record Evaluation(Tensor Value, Tensor Precision, Tensor Direction, Tensor Gain);

    /// <summary>Where each row's climb stands.</summary>
    /// <param name="Position">The best z, [B, d].</param>
    /// <param name="Value">The log density there, [B].</param>
    /// <param name="Precision">Minus the Hessian there, [B, d, d].</param>
    /// <param name="Direction">Newton's step from there, [B, d].</param>
    /// <param name="Length">How much of it is tried next, [B].</param>
    /// <param name="Active">Whether the row still climbs, [B].</param>
    private sealed record Climb(Tensor Position, Tensor Value, Tensor Precision, Tensor Direction, Tensor Length, Tensor Active)
    {
        public static Climb Start(Tensor z, Evaluation at) =>
            new(z, at.Value, at.Precision, at.Direction, at.Value * 0 + 1, at.Gain.Greater(SmallestGain));

        // A row at rest stays.
        public Tensor Proposal() =>
            Active.Unsqueeze(1).Where((Position.Cast(ElementType.Double) + Length.Unsqueeze(1) * Direction).Cast(ElementType.Real), Position);

        public Climb Judge(Tensor z, Evaluation at)
        {
            // Single precision's rounding of a sum of p terms.
            var better = Active.And(at.Value.Less(Value - 1e-6 * (1 + Value.Abs())).Not());
            var (row, matrix) = (better.Unsqueeze(1), better.Unsqueeze(1).Unsqueeze(2));
            var shorter = Length * Shrinkage;
            return new Climb(
                row.Where(z, Position),
                better.Where(at.Value, Value),
                matrix.Where(at.Precision, Precision),
                row.Where(at.Direction, Direction),
                better.Where(Length * 0 + 1, shorter),
                Active.And(better.Cast(ElementType.Real).Greater(0.5)
                    .Where(at.Gain.Greater(SmallestGain).Cast(ElementType.Real), shorter.Less(SmallestStep).Not().Cast(ElementType.Real)).Greater(0.5)));
        }
    }
}
