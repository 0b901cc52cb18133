using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>The Gauss-Newton precision of z given the observed cells.</summary>
internal static class GaussNewton
{
    /// <summary>
    /// I + sum over observed cells of J J' / variance + 1/2 K K', with J = d mean / d z and K = d log variance / d z at the mode, and over
    /// the levels of observed discrete cells of p G G', with G = d log p / d z: the Fisher information, by the chain rule, plus the
    /// prior's.
    /// </summary>
    /// <returns>Row-major [rows, d, d], for each table row.</returns>
    /// <exception cref="NumericalException">A derivative is not finite.</exception>
    internal static double[] Precisions(Model model, StackedRows stacked, ChainStarts starts)
    {
        var (rows, d, p) = (stacked.Count / stacked.Chains, model.LatentDimension, model.Columns);
        var latent = starts.Latent[..(rows * d)];
        var mean = new float[rows * p * d];
        var logVariance = new float[rows * p * d];
        var levels = new float[rows * model.Levels * d];
        GraphTensor[] tensors = [new("z", latent, rows, d), new("mean_jacobian", mean, rows, p, d), new("log_variance_jacobian", logVariance, rows, p, d)];
        using (var call = model.Sessions.Bind(
            GraphFiles.GeneratorJacobian, model.Levels == 0 ? tensors : [.. tensors, new("log_probability_jacobian", levels, rows, model.Levels, d)]))
        {
            call.Run();
        }

        var precisions = new double[rows * d * d];
        for (var row = 0; row < rows; row++)
        {
            var precision = precisions.AsSpan(row * d * d, d * d);
            for (var i = 0; i < d; i++) precision[i * d + i] = 1;
            for (var cell = row * p; cell < (row + 1) * p; cell++)
            {
                if (starts.Observed[cell] == 0) continue;
                AddSquare(precision, mean.AsSpan(cell * d, d), 1 / starts.Variance[cell]);
                AddSquare(precision, logVariance.AsSpan(cell * d, d), 0.5);
            }

            foreach (var (column, start, count) in model.Groups)
            {
                if (starts.Observed[row * p + column] == 0) continue;
                for (var level = row * model.Levels + start; level < row * model.Levels + start + count; level++)
                {
                    AddSquare(precision, levels.AsSpan(level * d, d), Math.Exp(starts.LogProbabilities[level]));
                }
            }

            if (precision.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            {
                throw new NumericalException(
                    $"Data row {stacked.TableRow(row)}: the generator's derivatives at the row's mode are not finite. Fit again, or use "
                    + "--sampler paper.");
            }
        }

        return precisions;
    }

    private static void AddSquare(Span<double> matrix, ReadOnlySpan<float> vector, double weight)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            for (var j = 0; j < vector.Length; j++) matrix[i * vector.Length + j] += weight * vector[i] * vector[j];
        }
    }
}
