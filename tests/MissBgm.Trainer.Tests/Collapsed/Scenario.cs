using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>Simulated tables with a linear factor structure, a noise law and a missing-data mechanism.</summary>
internal sealed record Scenario(int Rows, int Columns, int Factors, ulong Seed)
{
    /// <summary>Turns a uniform into noise of mean 0 and variance 1.</summary>
    public Func<double, double> Noise { get; init; } = StandardNormal.Quantile;

    /// <summary>Decides whether a cell is observed from its value, its noise and a uniform; the first two columns are always observed.</summary>
    public required Func<double, double, double, bool> Observed { get; init; }

    public static readonly Func<double, double, double, bool> Mcar = (_, _, uniform) => uniform > 0.3;

    /// <summary>The hidden truth and the table, standardised on observed moments.</summary>
    public (double[] Truth, EncodedTable Table) Simulate()
    {
        var random = new Philox(Seed);
        var loadings = new float[Columns * Factors];
        random.Normals(loadings, RandomPurpose.Simulation, 0, 0, 0);
        var truth = new double[Rows * Columns];
        var observed = new float[Rows * Columns];
        var z = new float[Factors];
        var uniforms = new float[2 * Columns];
        for (var row = 0; row < Rows; row++)
        {
            random.Normals(z, RandomPurpose.Simulation, 1, row, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 2, row, 0);
            for (var column = 0; column < Columns; column++)
            {
                var noise = Noise(uniforms[column]);
                var value = noise;
                for (var k = 0; k < Factors; k++) value += loadings[column * Factors + k] * z[k];
                truth[row * Columns + column] = value;
                observed[row * Columns + column] = column < 2 || Observed(value, noise, uniforms[Columns + column]) ? 1f : 0f;
            }
        }

        return Standardise(truth, observed);
    }

    private (double[] Truth, EncodedTable Table) Standardise(double[] truth, float[] observed)
    {
        var values = new float[truth.Length];
        for (var column = 0; column < Columns; column++)
        {
            var seen = Enumerable.Range(0, Rows).Where(row => observed[row * Columns + column] == 1f).Select(row => truth[row * Columns + column]).ToArray();
            var mean = seen.Average();
            var scale = Math.Sqrt(seen.Average(v => (v - mean) * (v - mean)));
            for (var row = 0; row < Rows; row++)
            {
                ref var cell = ref truth[row * Columns + column];
                cell = (cell - mean) / scale;
                values[row * Columns + column] = observed[row * Columns + column] == 1f ? (float)cell : 0f;
            }
        }

        return (truth, new EncodedTable(Rows, Columns, values, observed));
    }
}
