using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>A collapsed model's imputations against quadrature over its one latent variable, and against tables drawn from it.</summary>
public class CollapsedImputationTests
{
    private const int Replicates = 32;
    private static readonly InferenceSettings Settings = new() { Draws = 200, BurnIn = 5, Chains = 2 };
    private static readonly CollapsedWeights Weights = new(
        1, 4, [1.0, 0.8, -0.5, 0.3], [0.3, -0.2, 0.1, 0.5], [0.6, 0.9, 0.7, 0.5], [0.0, -0.97, 0.6, 0.9], [0.2, 0.0, -0.5, 0.4], [0.8, 0.5, -0.2, 0.3]);

    private static readonly double[][] Patterns =
    [
        [0.9, double.NaN, -0.4, 1.1],
        [double.NaN, 0.2, double.NaN, 0.3],
        [1.5, double.NaN, double.NaN, double.NaN],
        [double.NaN, double.NaN, double.NaN, double.NaN],
    ];

    private static readonly Table Repeated = Replicated.Rows(Patterns, Replicates);

    // 10 cells x 2 statistics at 5 standard errors of 32 replicates: a right sampler fails about once in 2,000 runs.
    [Fact]
    public void Mean_and_deviation_of_every_cell_match_quadrature_and_intervals_their_level()
    {
        foreach (var cells in Impute(Weights, Repeated).Cells.GroupBy(cell => (Pattern: cell.Row % Patterns.Length, cell.Column)))
        {
            var law = new CellLaw(Patterns[cells.Key.Pattern], cells.Key.Column);
            Replicated.AssertAverage(law.Mean, cells, cell => cell.Mean, errors: 5, slack: 1e-4);
            Replicated.AssertAverage(law.Deviation, cells, cell => cell.Sd, errors: 5, slack: 1e-4);
            // Quantiles of 400 draws are biased by some 1 / 400 in probability.
            Assert.Equal(0.025, law.Below(cells.Average(cell => cell.Lower)), 0.006);
            Assert.Equal(0.975, law.Below(cells.Average(cell => cell.Upper)), 0.006);
        }
    }

    // About 3,500 hidden cells in 2,000 independent rows: five standard errors, rows as units.
    [Fact]
    public void Values_hidden_by_the_model_fall_into_their_intervals_as_often_as_promised()
    {
        var (square, coverage) = Calibration(Weights);
        Assert.InRange(square, 0.87, 1.13);
        Assert.InRange(coverage, 0.93, 0.97);
    }

    [Fact]
    public void Intervals_under_correlations_of_the_wrong_sign_miss()
    {
        var (square, coverage) = Calibration(Weights with { Correlation = Array.ConvertAll(Weights.Correlation, rho => -rho) });
        Assert.True(square > 1.13 && coverage < 0.93, $"mean square {square}, coverage {coverage}");
    }

    [Fact]
    public void Neither_threads_nor_a_split_at_512_rows_change_a_byte()
    {
        var table = Simulated(700).Incomplete;
        var whole = Impute(Weights, table, threads: 1).Cells;
        Assert.Equal(whole, Impute(Weights, table, threads: 3).Cells);
        var parts = Impute(Weights, table, 1, 0, 512).Cells.Concat(Impute(Weights, table, 1, 512, 700).Cells);
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void The_map_only_run_gives_conditional_means_near_the_posterior_s()
    {
        using var model = new TestModel(Weights, Mechanism.Selection, TestModel.Columns(4), Settings);
        using var imputer = Imputer.Load(model.Path);
        var cells = imputer.Impute(Repeated, new ImputeOptions { MapOnly = true }).Cells;
        Assert.All(
            cells,
            cell => Assert.True(
                double.IsNaN(cell.Mean)
                    && Math.Abs(cell.Map - new CellLaw(Patterns[cell.Row % Patterns.Length], cell.Column).Mean) < 0.25));
    }

    private static (double Square, double Coverage) Calibration(CollapsedWeights fitted)
    {
        var (truth, table) = Simulated(2000);
        var cells = Impute(fitted, table).Cells;
        return (
            cells.Average(cell => Math.Pow((truth[cell.Row, cell.Column] - cell.Mean) / cell.Sd, 2)),
            cells.Average(cell => cell.Lower <= truth[cell.Row, cell.Column] && truth[cell.Row, cell.Column] <= cell.Upper ? 1.0 : 0.0));
    }

    private static ImputedTable Impute(CollapsedWeights weights, Table table, int threads = 2, int first = 0, int? end = null)
    {
        using var model = new TestModel(weights, Mechanism.Selection, TestModel.Columns(4), Settings);
        using var imputer = Imputer.Load(model.Path);
        return imputer.Impute(table, new ImputeOptions { Threads = threads, FirstRow = first, EndRow = end });
    }

    // Rows of the model: a cell is observed where t(z) + rho u + w xi > 0.
    private static (double[,] Truth, Table Incomplete) Simulated(int rows)
    {
        var (truth, values, normals) = (new double[rows, 4], new double[rows, 4], new float[9]);
        for (var row = 0; row < rows; row++)
        {
            new Philox(77).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            for (var j = 0; j < 4; j++)
            {
                var (u, rho) = (normals[1 + j], Weights.Correlation[j]);
                truth[row, j] = values[row, j] = Weights.Intercept[j] + Weights.Loadings[j] * normals[0] + Weights.Scale[j] * u;
                var selection = Weights.ThresholdIntercept[j] + Weights.ThresholdLoadings[j] * normals[0] + rho * u + Math.Sqrt(1 - rho * rho) * normals[5 + j];
                if (selection <= 0) values[row, j] = double.NaN;
            }
        }

        return (truth, Table.FromNumbers(["a", "b", "c", "d"], values));
    }

    /// <summary>A missing cell's law by quadrature over z and u.</summary>
    private sealed class CellLaw
    {
        private readonly List<(double Value, double Weight)> _points = [];

        public CellLaw(double[] row, int column)
        {
            for (var z = -6.0; z <= 6.0; z += 0.02)
            {
                var posterior = Math.Exp(-0.5 * z * z);
                for (var j = 0; j < 4; j++)
                {
                    if (j != column) posterior *= Cell(j, z, row[j]);
                }

                var t = Weights.ThresholdIntercept[column] + Weights.ThresholdLoadings[column] * z;
                var (rho, mean) = (Weights.Correlation[column], Weights.Intercept[column] + Weights.Loadings[column] * z);
                for (var u = -6.0; u <= 6.0; u += 0.04)
                {
                    var weight = Math.Exp(-0.5 * u * u) * StandardNormal.Cdf(-(rho * u + t) / Math.Sqrt(1 - rho * rho));
                    _points.Add((mean + Weights.Scale[column] * u, posterior * weight));
                }
            }

            var mass = _points.Sum(point => point.Weight);
            Mean = _points.Sum(point => point.Value * point.Weight) / mass;
            Deviation = Math.Sqrt(_points.Sum(point => Math.Pow(point.Value - Mean, 2) * point.Weight) / mass);
        }

        public double Mean { get; }

        public double Deviation { get; }

        public double Below(double value) => _points.Where(point => point.Value < value).Sum(point => point.Weight) / _points.Sum(point => point.Weight);

        private static double Cell(int j, double z, double x)
        {
            var (t, rho) = (Weights.ThresholdIntercept[j] + Weights.ThresholdLoadings[j] * z, Weights.Correlation[j]);
            if (double.IsNaN(x)) return StandardNormal.Cdf(-t);
            var u = (x - Weights.Intercept[j] - Weights.Loadings[j] * z) / Weights.Scale[j];
            return Math.Exp(-0.5 * u * u) * StandardNormal.Cdf((rho * u + t) / Math.Sqrt(1 - rho * rho));
        }
    }
}
