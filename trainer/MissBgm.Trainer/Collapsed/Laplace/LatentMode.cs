using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>The mode of a row's z under the collapsed density and the precision there: damped Newton steps.</summary>
internal static class LatentMode
{
    private const int MostLengths = 5;
    private const double Shrinkage = 0.3;
    private const double Tolerance = 1e-9;

    /// <summary>Moves z by Newton steps that never lower the density; leaves the Cholesky factor of Lambda at the result in the scratch.</summary>
    public static void Climb(
        CollapsedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> r, Span<double> z, int steps, RowScratch scratch)
    {
        var d = model.Dimension;
        Span<double> start = stackalloc double[d];
        Span<double> direction = stackalloc double[d];
        var value = CollapsedRow.Curvature(model, x, r, z, scratch);
        for (var step = 0; step < steps; step++)
        {
            z.CopyTo(start);
            scratch.Gradient.CopyTo(direction);
            Cholesky.Factor(scratch.Precision, d);
            Cholesky.Solve(scratch.Precision, d, direction);

            var length = 1.0;
            var trial = double.NegativeInfinity;
            for (var attempt = 0; attempt < MostLengths && !(trial >= value - Tolerance); attempt++, length *= Shrinkage)
            {
                for (var k = 0; k < d; k++) z[k] = start[k] + length * direction[k];
                trial = CollapsedRow.Curvature(model, x, r, z, scratch);
            }

            if (!(trial >= value - Tolerance))
            {
                start.CopyTo(z);
                CollapsedRow.Curvature(model, x, r, z, scratch);
                break;
            }

            value = trial;
        }

        Cholesky.Factor(scratch.Precision, d);
    }
}
