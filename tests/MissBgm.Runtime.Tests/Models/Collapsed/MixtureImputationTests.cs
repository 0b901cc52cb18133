using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>
/// Imputations of an average of two fits, one of them a mixture of two components, against quadrature: a fit has its weight in every row,
/// its components theirs given the row.
/// </summary>
public class MixtureImputationTests
{
    private const int Replicates = 32;
    private static readonly InferenceSettings Settings = new() { Draws = 200, BurnIn = 5, Chains = 2 };

    private static readonly CollapsedWeights[] Members =
    [
        new(1, 3, [1.0, 0.8, -0.5], [0.3, -0.2, 0.1], [0.6, 0.9, 0.7], [0.0, -0.9, 0.6], [0.2, 0.0, -0.5], [0.8, 0.5, -0.2]),
        new(1, 3, [0.3, -0.6, 0.4], [1.5, 2.0, -1.0], [0.4, 0.5, 0.6], [0.5, 0.3, 0.0], [0.0, 0.1, 0.3], [0.4, 0.9, 0.2]),
        new(2, 3, [0.5, 0.2, 0.9, 0.1, -0.4, 0.3], [-0.8, -1.5, 0.5], [0.5, 0.6, 0.4], [-0.4, 0.0, 0.8], [0.1, 0.2, 0.0, -0.3, 0.1, 0.2], [0.1, 0.6, 0.5]),
    ];

    private static readonly double[] Shares = [1.0, 0.3, 0.7];
    private static readonly double[] FitWeights = [0.4, 0.6];

    private static readonly double[][] Patterns =
    [
        [0.9, double.NaN, -0.4],
        [double.NaN, 0.2, double.NaN],
        [double.NaN, double.NaN, double.NaN],
    ];

    private static readonly Table Repeated = Replicated.Rows(Patterns, Replicates);

    // 6 cells x 2 statistics at 5 standard errors of 32 replicates: a right sampler fails about once in 3,000 runs.
    [Fact]
    public void Mean_deviation_and_interval_are_the_mixture_s()
    {
        foreach (var cells in Impute(FitWeights).GroupBy(cell => (Pattern: cell.Row % Patterns.Length, cell.Column)))
        {
            var law = Law(Patterns[cells.Key.Pattern], cells.Key.Column);
            Replicated.AssertAverage(law.Mean, cells, cell => cell.Mean, errors: 5, slack: 1e-4);
            Replicated.AssertAverage(law.Deviation, cells, cell => cell.Sd, errors: 5, slack: 1e-4);
            Assert.Equal(0.025, law.Below(cells.Average(cell => cell.Lower)), 0.008);
            Assert.Equal(0.975, law.Below(cells.Average(cell => cell.Upper)), 0.008);
        }
    }

    [Fact]
    public void Other_weights_of_the_fits_give_other_means()
    {
        var cell = Impute([0.9, 0.1]).Where(cell => cell.Row % Patterns.Length == 0).ToArray();
        Assert.True(Math.Abs(cell.Average(c => c.Mean) - Law(Patterns[0], 1).Mean) > 0.2);
    }

    [Fact]
    public void Members_that_are_all_alike_give_what_one_of_them_gives()
    {
        var alike = new CollapsedMixture([Members[2], Members[2], Members[2]], [0, Math.Log(0.3), Math.Log(0.7)]);
        using var one = new TestModel(Members[2], Mechanism.Selection, TestModel.Columns(3), Settings);
        using var three = new TestModel(alike, Evidence(FitWeights), TestModel.Columns(3), Settings);
        foreach (var (a, b) in Map(one.Path).Zip(Map(three.Path))) Assert.Equal(a.Map, b.Map, 1e-4);
    }

    [Fact]
    public void A_draw_is_of_one_fit_in_all_rows_and_imputations_are_of_different_fits()
    {
        // Three fits that are told apart by where they put the first column: at -100, 0 and 100, whatever else the row has.
        var fits = Array.ConvertAll([-100.0, 0.0, 100.0], place => new CollapsedWeights(
            1, 3, [0.0, 0.5, 0.5], [place, 0.0, 0.0], [1.0, 1.0, 1.0], new double[3], new double[3], new double[3]));
        var thirds = new GeneratorEvidence
        {
            Fits = [.. fits.Select(_ => new GeneratorFit(1, 1.0 / 3.0, null))],
            HiddenCells = 0,
            LinearError = null,
            AverageError = null,
            ParameterDraws = 3,
        };
        using var model = new TestModel(new CollapsedMixture(fits, new double[3]), thirds, TestModel.Columns(3), Settings);
        using var imputer = Imputer.Load(model.Path);
        var multiple = new MultipleImputations(3);
        var cells = imputer.Impute(Repeated, new ImputeOptions { DrawSinks = [multiple] }).Cells;
        var places = Enumerable.Range(0, cells.Count).Where(i => cells[i].Column == 0).ToArray();
        var chosen = Enumerable.Range(0, 3).Select(k => places.Select(i => Math.Round(multiple.Value(k, i) / 100.0)).Distinct().ToArray()).ToArray();
        Assert.All(chosen, fit => Assert.Single(fit));
        Assert.Equal([-1.0, 0.0, 1.0], chosen.Select(fit => fit[0]).Order());
    }

    private static IReadOnlyList<ImputedCell> Impute(double[] fitWeights)
    {
        using var model = new TestModel(
            new CollapsedMixture(Members, Array.ConvertAll(Shares, Math.Log)), Evidence(fitWeights), TestModel.Columns(3), Settings);
        using var imputer = Imputer.Load(model.Path);
        return imputer.Impute(Repeated, new ImputeOptions { Threads = 2 }).Cells;
    }

    private static IReadOnlyList<ImputedCell> Map(string path)
    {
        using var imputer = Imputer.Load(path);
        return imputer.Impute(Repeated, new ImputeOptions { MapOnly = true }).Cells;
    }

    private static GeneratorEvidence Evidence(double[] weights) =>
        GeneratorEvidence.Linear with { Fits = [new GeneratorFit(1, weights[0], null), new GeneratorFit(2, weights[1], null)] };

    // The cell's law on a grid: each fit's, normalised over its components, with the fits' weights.
    private static (double Mean, double Deviation, Func<double, double> Below) Law(double[] row, int column)
    {
        var points = new List<(double Value, double Weight)>();
        foreach (var (fit, members) in new[] { (0, new[] { 0 }), (1, [1, 2]) })
        {
            var own = members
                .SelectMany(m => Points(Members[m], row, column).Select(point => (point.Value, Weight: point.Weight * Shares[m])))
                .ToArray();
            var mass = own.Sum(point => point.Weight);
            points.AddRange(own.Select(point => (point.Value, point.Weight * FitWeights[fit] / mass)));
        }

        var mean = points.Sum(point => point.Value * point.Weight);
        var deviation = Math.Sqrt(points.Sum(point => (point.Value - mean) * (point.Value - mean) * point.Weight));
        return (mean, deviation, value => points.Where(point => point.Value < value).Sum(point => point.Weight));
    }

    private static IEnumerable<(double Value, double Weight)> Points(CollapsedWeights member, double[] row, int column)
    {
        const double step = 0.1;
        var d = member.LatentDimension;
        for (var i = 0; i < Math.Pow(101, d); i++)
        {
            double[] z = d == 1 ? [-5 + step * i] : [-5 + step * (i % 101), -5 + step * (i / 101)];
            var posterior = z.Aggregate(1.0, (product, value) => product * step * Math.Exp(-0.5 * value * value) / Math.Sqrt(2 * Math.PI));
            for (var j = 0; j < 3; j++)
            {
                if (j != column) posterior *= Cell(member, j, z, row[j]);
            }

            if (posterior < 1e-12) continue;
            var (mean, t, rho) = (
                Affine(member.Loadings, member.Intercept, z, column),
                Affine(member.ThresholdLoadings, member.ThresholdIntercept, z, column), member.Correlation[column]);
            for (var u = -5.0; u <= 5.0; u += step)
            {
                var weight = step * Math.Exp(-0.5 * u * u) / Math.Sqrt(2 * Math.PI) * StandardNormal.Cdf(-(rho * u + t) / Math.Sqrt(1 - rho * rho));
                yield return (mean + member.Scale[column] * u, posterior * weight);
            }
        }
    }

    private static double Cell(CollapsedWeights member, int j, double[] z, double x)
    {
        var (t, rho) = (Affine(member.ThresholdLoadings, member.ThresholdIntercept, z, j), member.Correlation[j]);
        if (double.IsNaN(x)) return StandardNormal.Cdf(-t);
        var u = (x - Affine(member.Loadings, member.Intercept, z, j)) / member.Scale[j];
        return Math.Exp(-0.5 * u * u) / member.Scale[j] / Math.Sqrt(2 * Math.PI) * StandardNormal.Cdf((rho * u + t) / Math.Sqrt(1 - rho * rho));
    }

    private static double Affine(double[] loadings, double[] intercept, double[] z, int j) =>
        intercept[j] + z.Select((value, k) => value * loadings[k * 3 + j]).Sum();
}
