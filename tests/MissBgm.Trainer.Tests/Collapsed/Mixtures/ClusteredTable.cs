using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Tests.Collapsed.Mixtures;

/// <summary>Rows from two groups whose columns are related differently: within a group a linear model predicts well, over both it does not.</summary>
internal static class ClusteredTable
{
    /// <summary>A table with a share of its cells missing, and its truth, [n, 4].</summary>
    /// <param name="rows">n.</param>
    /// <param name="missing">The share.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="above">How many times the share of the values above 0 are missing; of those below the rest.</param>
    public static (double[] Truth, EncodedTable Table) Simulate(int rows, double missing, ulong seed, double above = 1.0)
    {
        var random = new Philox(seed);
        var (truth, values, observed) = (new double[rows * 4], new float[rows * 4], new float[rows * 4]);
        var (normals, uniforms) = (new float[4], new float[5]);
        for (var row = 0; row < rows; row++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            var sign = uniforms[4] < 0.5 ? 1.0 : -1.0;
            double[] x = [sign + 0.2 * normals[3], normals[0], sign * normals[0] + 0.2 * normals[1], -sign * normals[0] + 0.2 * normals[2]];
            for (var j = 0; j < 4; j++)
            {
                var cell = row * 4 + j;
                truth[cell] = x[j];
                observed[cell] = uniforms[j] < missing * (x[j] > 0 ? above : 2.0 - above) ? 0 : 1;
                values[cell] = observed[cell] * (float)x[j];
            }
        }

        return (truth, new EncodedTable(rows, 4, values, observed));
    }

    /// <summary>The components that the rows come from.</summary>
    public static GaussianComponent[] Components() => Array.ConvertAll([1.0, -1.0], sign =>
    {
        double[] loadings = [0, 1, sign, -sign];
        double[] noise = [0.04, 1e-9, 0.04, 0.04];
        return new GaussianComponent(
            0.5, [sign, 0, 0, 0],
            [.. Enumerable.Range(0, 16).Select(i => loadings[i / 4] * loadings[i % 4] + (i % 5 == 0 ? noise[i / 5] : 0))]);
    });

    /// <summary>Root-mean-square error of a completion on the missing cells.</summary>
    public static double Error(double[] completed, double[] truth, EncodedTable table)
    {
        var missing = Enumerable.Range(0, truth.Length).Where(cell => table.Observed[cell] == 0).ToArray();
        return Math.Sqrt(missing.Average(cell => (completed[cell] - truth[cell]) * (completed[cell] - truth[cell])));
    }
}
