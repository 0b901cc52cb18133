using MathNet.Numerics.LinearAlgebra;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Paper;

/// <summary>
/// A linear-Gaussian generator with constant variance and beta = 0 has a closed-form p(x_mis | x_obs). Rows of one pattern are repeated:
/// each has random numbers of its own, so that they are independent replicates and their spread gives the Monte Carlo error of each
/// average.
/// </summary>
public class ExactPosteriorTests
{
    private const int Replicates = 64;
    private static readonly double[,] Loadings = { { 1, 0 }, { 0.8, 0.6 }, { -0.5, 0.9 }, { 0.2, -0.7 } };
    private static readonly double[] Offset = [0.3, -0.2, 0.1, 0.5];
    private static readonly double[] Noise = [0.3, 0.2, 0.5, 0.25];
    private static readonly double[][] Patterns =
    [
        [0.9, double.NaN, -0.4, 1.1],
        [double.NaN, 0.2, double.NaN, 0.3],
        [1.5, double.NaN, double.NaN, double.NaN],
        [double.NaN, double.NaN, double.NaN, double.NaN],
    ];

    private static readonly Table Repeated = Replicated.Rows(Patterns, Replicates);

    // 10 cells x 4 statistics; a bound of 4.5 standard errors (64 replicates) fails a right sampler about once in 700 runs of both.
    [Theory]
    [InlineData(SamplerKind.Joint)]
    [InlineData(SamplerKind.Paper)]
    public void Mean_deviation_and_interval_of_every_cell_match_the_closed_form(SamplerKind sampler)
    {
        var settings = new InferenceSettings { Sampler = sampler, Beta = 0, Draws = 1000, BurnIn = 300, Chains = 2, LeapfrogSteps = 3 };
        using var model = new TestModel(TestModel.LinearGaussian(Loadings, Offset, Noise), 2, TestModel.Columns(4), settings);
        AssertExact(model);
    }

    // The noise of x is correlated given z: its covariance is diag(Noise) + F F'. The same statistics and bound.
    [Theory]
    [InlineData(SamplerKind.Joint)]
    [InlineData(SamplerKind.Paper)]
    public void A_covariance_with_a_low_rank_part_has_the_closed_form_too(SamplerKind sampler)
    {
        double[,] factor = { { 0.7, 0 }, { -0.4, 0.5 }, { 0.6, 0.3 }, { 0, -0.8 } };
        var settings = new InferenceSettings { Sampler = sampler, Beta = 0, Draws = 1000, BurnIn = 300, Chains = 2, LeapfrogSteps = 5 };
        using var model = new TestModel(TestModel.LinearGaussian(Loadings, Offset, Noise, factor: factor), 2, TestModel.Columns(4), settings);
        AssertExact(model, factor);
    }

    // With two draws of the weights p(x_mis | x_obs) is the mixture of two normal laws. 10 cells x 2 statistics, the same bound.
    [Theory]
    [InlineData(SamplerKind.Joint)]
    [InlineData(SamplerKind.Paper)]
    public void Draws_of_bayesian_weights_are_averaged_over(SamplerKind sampler)
    {
        var settings = new InferenceSettings { Sampler = sampler, Beta = 0, Draws = 1000, BurnIn = 300, Chains = 2, LeapfrogSteps = 3 };
        double[,] other = { { 0.2, 1 }, { -0.8, 0.1 }, { 0.5, 0.9 }, { 1.2, 0.3 } };
        var means = TestModel.LinearGaussian(new[,] { { 3.0, 3 }, { 3, 3 }, { 3, 3 }, { 3, 3 } }, Offset, Noise);
        using var model = new TestModel(
            means, 2, TestModel.Columns(4), settings,
            weightDraws: [TestModel.LinearGaussian(Loadings, Offset, Noise), TestModel.LinearGaussian(other, Offset, Noise)]);
        using var imputer = Imputer.Load(model.Path);
        var imputed = imputer.Impute(Repeated);
        foreach (var cells in imputed.Cells.GroupBy(cell => (Pattern: cell.Row % Patterns.Length, cell.Column)))
        {
            var (first, second) = (Exact(Patterns[cells.Key.Pattern], cells.Key.Column), Exact(Patterns[cells.Key.Pattern], cells.Key.Column, other));
            var apart = (first.Mean - second.Mean) / 2;
            Replicated.AssertAverage((first.Mean + second.Mean) / 2, cells, cell => cell.Mean);
            Replicated.AssertAverage(Math.Sqrt((first.Sd * first.Sd + second.Sd * second.Sd) / 2 + apart * apart), cells, cell => cell.Sd);
        }

        // Chains under different weights are judged apart: what differs between the laws is not lack of convergence.
        if (sampler == SamplerKind.Joint) Assert.InRange(imputed.Report.Convergence!.MaximumRHat, 1, 1.1);
    }

    private static void AssertExact(TestModel model, double[,]? factor = null)
    {
        using var imputer = Imputer.Load(model.Path);
        foreach (var cells in imputer.Impute(Repeated).Cells.GroupBy(cell => (Pattern: cell.Row % Patterns.Length, cell.Column)))
        {
            var (mean, sd) = Exact(Patterns[cells.Key.Pattern], cells.Key.Column, factor: factor);
            Replicated.AssertAverage(mean, cells, cell => cell.Mean);
            Replicated.AssertAverage(sd, cells, cell => cell.Sd);
            Replicated.AssertAverage(mean - 1.959964 * sd, cells, cell => cell.Lower);
            Replicated.AssertAverage(mean + 1.959964 * sd, cells, cell => cell.Upper);
        }
    }

    private static (double Mean, double Sd) Exact(double[] row, int column, double[,]? loadings = null, double[,]? factor = null)
    {
        var w = Matrix<double>.Build.DenseOfArray(loadings ?? Loadings);
        var covariance = w * w.Transpose() + Matrix<double>.Build.DenseOfDiagonalArray(Noise);
        if (factor is not null)
        {
            var f = Matrix<double>.Build.DenseOfArray(factor);
            covariance += f * f.Transpose();
        }

        var observed = Enumerable.Range(0, 4).Where(c => !double.IsNaN(row[c])).ToArray();
        if (observed.Length == 0) return (Offset[column], Math.Sqrt(covariance[column, column]));
        var oo = Matrix<double>.Build.Dense(observed.Length, observed.Length, (i, j) => covariance[observed[i], observed[j]]);
        var mo = Vector<double>.Build.Dense(observed.Length, i => covariance[column, observed[i]]);
        var residual = Vector<double>.Build.Dense(observed.Length, i => row[observed[i]] - Offset[observed[i]]);
        var weights = oo.Solve(mo);
        return (Offset[column] + weights * residual, Math.Sqrt(covariance[column, column] - weights * mo));
    }
}
