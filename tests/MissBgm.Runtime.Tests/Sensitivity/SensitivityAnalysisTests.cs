using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sensitivity;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Sensitivity;

/// <summary>Sweeps against the imputation they start from, closed forms, and tables whose rho is known.</summary>
public sealed class SensitivityAnalysisTests : IDisposable
{
    private const double Share = 0.6;
    private const double Rho = 0.8;
    private static readonly double Threshold = StandardNormal.Quantile(Share);
    private static readonly InferenceSettings Settings = new() { Draws = 64, BurnIn = 2, Chains = 2 };
    private static readonly CollapsedWeights Linked = new(
        1, 3, [0.8, 0.5, -0.6], [0.1, 0, 0], [0.6, 0.8, 0.7], [0.5, -0.4, 0], [0.2, 0, 0], [0.4, 0.4, 4]);

    private readonly TestModel _model = new(Linked, Mechanism.Selection, TestModel.Columns(3, 10, 2), Settings);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void At_the_fitted_value_estimates_are_those_of_the_imputed_tables()
    {
        var table = Holes(Linked, 300);
        var draws = new MultipleImputations(5);
        using var imputer = Imputer.Load(_model.Path);
        var imputed = imputer.Impute(table, new ImputeOptions { Seed = 3, DrawSinks = [draws] });
        var expected = Enumerable.Range(0, 5).Average(m =>
            (Observed(table, 0).Sum() + imputed.Cells.Index().Where(c => c.Item.Column == 0).Sum(c => draws.Value(m, c.Index))) / 300);
        foreach (var parameter in Enum.GetValues<SensitivityParameter>())
        {
            var result = Run(_model, table, new SensitivityOptions { Parameter = parameter, Imputations = 5, Impute = new ImputeOptions { Seed = 3 } });
            Assert.Equal(expected, result.Fitted.Columns[0].Estimate, 10);
        }
    }

    [Fact]
    public void Delta_moves_a_mean_by_the_missing_share_of_a_standard_deviation_and_tips_where_algebra_says()
    {
        var table = Holes(Linked, 200);
        var missing = Enumerable.Range(0, 200).Count(row => table.IsMissing(row, 1)) / 200.0;
        var fitted = Run(_model, table, Delta([0])).Fitted.Columns[0].Estimate;
        var result = Run(_model, table, Delta([-1, 0.5, 2]) with
        {
            Statistic = Statistic.Parse("mean(b)"),
            Conclusion = Conclusion.Parse($"< {fitted + 1.2 * 2 * missing}"),
        });
        Assert.All(result.Points, point => Assert.Equal(fitted + point.Value * 2 * missing, point.Columns[0].Estimate, 1e-9 * fitted));
        Assert.Equal([true, true, true, false], result.Points.Select(point => point.Holds));
        Assert.Equal(1.2, result.TippingPoints.Single(), 1e-9);

        SensitivityOptions Delta(double[] values) => new() { Parameter = SensitivityParameter.Delta, Columns = ["b"], Values = values };
    }

    // One column, nothing to learn from z: 4,000 rows of the law with rho = 0.8, and the fit that takes the mask for ignorable, whose mean
    // and deviation are those of the observed cells. Moved by 0.8 the sweep has to find the mean of all; as fitted, it is off by 0.3
    // deviations. Five standard errors.
    [Fact]
    public void Moved_to_the_true_rho_the_true_mean_is_found()
    {
        var k = StandardNormal.InverseMills(Threshold);
        var (mean, deviation) = (Rho * k, Math.Sqrt(1 - Rho * Rho * k * (k + Threshold)));
        var ignorable = new CollapsedWeights(1, 2, [0, 0], [mean, 0], [deviation, 1], [0, 0], [0, 0], [Threshold, 6]);
        var truth = new CollapsedWeights(1, 2, [0, 0], [0, 0], [1, 1], [Rho, 0], [0, 0], [Threshold, 6]);
        using var model = new TestModel(ignorable, Mechanism.Ignorable, TestModel.Columns(2), Settings);
        var result = Run(model, Holes(truth, 4000, 0, 1), new SensitivityOptions { Parameter = SensitivityParameter.Rho, Columns = ["a"], Values = [Rho] });
        Assert.Equal(0, result.Points[1].Columns[0].Estimate, 5 / Math.Sqrt(4000));
        Assert.True(result.Fitted.Columns[0].Estimate > 0.2, $"{result.Fitted.Columns[0].Estimate}");
    }

    // The closed form along the way: (1 - r) (mu' - sigma' rho' lambda(t)) + r m, with Monte Carlo error.
    [Fact]
    public void Means_follow_the_closed_form_and_fall_as_rho_rises()
    {
        var ignorable = new CollapsedWeights(1, 2, [0, 0], [0.3, 0], [0.9, 1], [0, 0], [0, 0], [Threshold, 6]);
        using var model = new TestModel(ignorable, Mechanism.Ignorable, TestModel.Columns(2), Settings);
        var table = Holes(ignorable, 1000, 0, 1);
        var result = Run(model, table, new SensitivityOptions { Parameter = SensitivityParameter.Rho, Columns = ["a"], Values = [-0.9, -0.5, 0.5, 0.9] });
        var observed = Observed(table, 0);
        var (k, lambda) = (StandardNormal.InverseMills(Threshold), StandardNormal.InverseMills(-Threshold));
        foreach (var point in result.Points)
        {
            var scale = 0.9 / Math.Sqrt(1 - point.Value * point.Value * k * (k + Threshold));
            var missing = 0.3 - scale * point.Value * (k + lambda);
            Assert.Equal((observed.Sum() + (1000 - observed.Length) * missing) / 1000, point.Columns[0].Estimate, 0.01);
        }

        Assert.Equal(result.Points.Select(p => p.Columns[0].Estimate).OrderDescending(), result.Points.Select(p => p.Columns[0].Estimate));
    }

    [Fact]
    public void Threads_do_not_change_a_digit()
    {
        var table = Holes(Linked, 700);
        SensitivityResult With(int threads) =>
            Run(_model, table, new SensitivityOptions { Values = [-0.4, 0.4], Impute = new ImputeOptions { Threads = threads } });
        Assert.Equal(With(1).Points.SelectMany(p => p.Columns), With(3).Points.SelectMany(p => p.Columns));
    }

    [Fact]
    public void A_conclusion_of_the_whole_interval_tips_before_that_of_the_estimate()
    {
        var table = Holes(Linked, 200);
        var options = new SensitivityOptions
        {
            Parameter = SensitivityParameter.Delta,
            Statistic = Statistic.Parse("mean(a)"),
            Conclusion = Conclusion.Parse("> 10"),
            Values = [-3, -2, -1, 1, 2, 3],
        };
        var (estimate, interval) = (Run(_model, table, options), Run(_model, table, options with { WholeInterval = true }));
        Assert.True(interval.TippingPoints.Single() > estimate.TippingPoints.Single());
        Assert.Equal(estimate.Points.Select(p => p.Statistic), interval.Points.Select(p => p.Statistic));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var table = Holes(Linked, 40);
        using var paper = new TestModel(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2), Settings);
        Refused(paper, table, new() { Parameter = SensitivityParameter.Rho }, "has no rho");
        Refused(_model, table, new() { Columns = ["zz"] }, "'zz' cannot be moved");
        Refused(_model, table, new() { Columns = ["c"] }, "'c' cannot be moved");
        Refused(_model, table, new() { Values = [3] }, "allowed is from -2 to 2");
        Refused(_model, table, new() { Values = [double.NaN] }, "finite");
        Refused(_model, table, new() { Imputations = 1 }, "at least 2");
        Refused(_model, table, new() { Conclusion = Conclusion.Parse("> 1") }, "needs a statistic");
        Refused(_model, table, new() { Statistic = Statistic.Parse("mean(zz)") }, "no column 'zz'");
        Refused(_model, table, new() { Statistic = Statistic.Parse("median(a)"), Conclusion = Conclusion.Parse("> 1"), WholeInterval = true }, "no interval");
        Refused(_model, table, new() { Impute = new ImputeOptions { FirstRow = 1 } }, "all rows");
        Refused(_model, Table.FromNumbers(["a", "b", "c"], new double[5, 3]), new(), "no column of numbers has a missing cell");
    }

    private static void Refused(TestModel model, Table table, SensitivityOptions options, string part) =>
        Assert.Contains(part, Assert.Throws<UserInputException>(() => Run(model, table, options)).Message, StringComparison.Ordinal);

    private static SensitivityResult Run(TestModel model, Table table, SensitivityOptions options)
    {
        using var imputer = Imputer.Load(model.Path);
        return SensitivityAnalysis.Run(imputer, table, options);
    }

    private static double[] Observed(Table table, int column) =>
        [.. Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).Select(row => table.Number(row, column))];

    // Rows of a model in units of the given location and scale; the last column is complete.
    private static Table Holes(CollapsedWeights weights, int rows, double location = 10, double scale = 2)
    {
        var (p, normals) = (weights.Columns, new float[1 + 2 * weights.Columns]);
        var values = new double[rows, p];
        for (var row = 0; row < rows; row++)
        {
            new Philox(11).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            for (var j = 0; j < p; j++)
            {
                var (z, u, rho) = (normals[0], normals[1 + j], weights.Correlation[j]);
                var selection = weights.ThresholdIntercept[j] + weights.ThresholdLoadings[j] * z + rho * u + Math.Sqrt(1 - rho * rho) * normals[1 + p + j];
                values[row, j] = j < p - 1 && selection <= 0
                    ? double.NaN
                    : location + scale * (weights.Intercept[j] + weights.Loadings[j] * z + weights.Scale[j] * u);
            }
        }

        return Table.FromNumbers([.. Enumerable.Range(0, p).Select(j => $"{(char)('a' + j)}")], values);
    }
}
