using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Masks;

/// <summary>Tables with two factors and unit noise, standardised, the last half of whose columns are masked by a rule of the complete row.</summary>
internal sealed record MaskedTable(int Rows, int Columns, ulong Seed)
{
    /// <summary>The probit of a cell's being observed, from the complete row and the column.</summary>
    public required Func<double[], int, double> Probit { get; init; }

    /// <summary>How many columns at the end are masked.</summary>
    public int Masked { get; init; } = Columns / 2;

    /// <summary>Draws the table.</summary>
    public MaskedMatrix Draw()
    {
        var random = new Philox(Seed);
        var (loadings, z, noise, uniforms) = (new float[2 * Columns], new float[2], new float[Columns], new float[Columns]);
        random.Normals(loadings, RandomPurpose.Simulation, 0, 0, 0);
        var (complete, observed) = (new double[Rows][], new double[Rows][]);
        for (var i = 0; i < Rows; i++)
        {
            random.Normals(z, RandomPurpose.Simulation, 1, i, 0);
            random.Normals(noise, RandomPurpose.Simulation, 2, i, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 3, i, 0);
            complete[i] =
            [
                .. Enumerable.Range(0, Columns).Select(j =>
                    (loadings[2 * j] * z[0] + loadings[2 * j + 1] * z[1] + noise[j])
                        / Math.Sqrt(1.0 + loadings[2 * j] * loadings[2 * j] + loadings[2 * j + 1] * loadings[2 * j + 1])),
            ];
            observed[i] =
            [
                .. Enumerable.Range(0, Columns)
                    .Select(j => j < Columns - Masked || uniforms[j] < StandardNormal.Cdf(Probit(complete[i], j)) ? 1.0 : 0.0),
            ];
        }

        return Encode(complete, observed);
    }

    /// <summary>The table as the fit has it, standardised on observed moments.</summary>
    public static MaskedMatrix Encode(double[][] complete, double[][] observed)
    {
        var (n, p) = (complete.Length, complete[0].Length);
        var values = new float[n * p];
        for (var j = 0; j < p; j++)
        {
            var seen = Enumerable.Range(0, n).Where(i => observed[i][j] == 1.0).Select(i => complete[i][j]).ToArray();
            var mean = seen.Average();
            var scale = Math.Sqrt(seen.Average(x => (x - mean) * (x - mean)));
            for (var i = 0; i < n; i++) values[i * p + j] = observed[i][j] == 1.0 ? (float)((complete[i][j] - mean) / scale) : 0f;
        }

        return MaskedMatrix.From(new MissBgm.Runtime.Tables.EncodedTable(n, p, values, [.. observed.SelectMany(row => row.Select(r => (float)r))]));
    }
}
