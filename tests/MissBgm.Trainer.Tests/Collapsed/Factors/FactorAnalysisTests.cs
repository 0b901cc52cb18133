using MathNet.Numerics.LinearAlgebra;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Factors;

public sealed class FactorAnalysisTests
{
    private static readonly Scenario Simple = new(400, 8, 2, 11) { Observed = Scenario.Mcar };

    [Fact]
    public void The_log_likelihood_is_that_of_the_observed_cells_joint_normal_law()
    {
        var data = MaskedMatrix.From(Simple.Simulate().Table);
        var model = FactorAnalysis.Fit(data, 2, threads: 1);
        var loadings = Matrix<double>.Build.Dense(data.Columns, 2, (j, k) => model.Loadings[k * model.Stride + j]);
        var covariance = loadings * loadings.Transpose() + Matrix<double>.Build.DenseOfDiagonalArray(model.Variance[..data.Columns]);
        var total = 0.0;
        for (var row = 0; row < data.Rows; row++)
        {
            var observed = Enumerable.Range(0, data.Columns).Where(j => data.Mask(row)[j] == 1.0).ToArray();
            var part = Matrix<double>.Build.Dense(observed.Length, observed.Length, (i, j) => covariance[observed[i], observed[j]]).Cholesky();
            var residual = Vector<double>.Build.Dense(observed.Length, i => data.Values[row * data.Stride + observed[i]] - model.Intercept[observed[i]]);
            total -= 0.5 * (residual.DotProduct(part.Solve(residual)) + part.DeterminantLn + observed.Length * Math.Log(2.0 * Math.PI));
        }

        Assert.Equal(total / data.Rows, model.LogLikelihood[^1], 1e-9);
    }

    [Fact]
    public void Each_iteration_raises_the_penalised_likelihood()
    {
        var data = MaskedMatrix.From(Simple.Simulate().Table);
        var history = FactorAnalysis.Fit(data, 2, threads: 1).LogLikelihood;
        Assert.True(history.Length > 5);
        // The ridge's share, at most half the squared loadings over n, is not in the recorded likelihood: it cannot fall by more than moves there.
        for (var i = 1; i < history.Length; i++) Assert.True(history[i] > history[i - 1] - 1e-4, $"iteration {i}: {history[i - 1]} to {history[i]}");
        Assert.True(history[^1] > history[0] + 0.1);
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        var data = MaskedMatrix.From(Simple.Simulate().Table);
        Assert.Equal(FactorAnalysis.Fit(data, 2, threads: 1).Loadings, FactorAnalysis.Fit(data, 2, threads: 3).Loadings);
    }

    // Rows that stand twice tell what they tell once. From ten thousand of them alone a row's likelihood would be some 24 parameters / 20,000 lower.
    [Fact]
    public void A_tall_table_is_fitted_to_all_of_its_rows_and_sooner_than_from_the_start()
    {
        var once = MaskedMatrix.From((Simple with { Rows = 12_500 }).Simulate().Table);
        var twice = once.Choose([.. Enumerable.Range(0, 25_000).Select(i => i % once.Rows)]);
        var (brief, tall) = (FactorAnalysis.Fit(once, 2, threads: 2).LogLikelihood, FactorAnalysis.Fit(twice, 2, threads: 2).LogLikelihood);

        Assert.InRange(tall[^1] - brief[^1], -3e-4, 3e-4);
        Assert.InRange(tall.Length, 3, brief.Length / 2);
    }
}
