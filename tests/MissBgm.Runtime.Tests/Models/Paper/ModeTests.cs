using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Paper;

/// <summary>
/// A model of a = z + noise and b = 10 z + noise that is the surer of b the larger z is. Where a is 0 and b is missing, p(z, b) itself is
/// largest near z = 1, where b is 10 and its variance 0.001, although z is all but surely within 0.9 of 0.
/// </summary>
public sealed class ModeTests
{
    private const double Slope = 10;
    private const double ObservedVariance = 0.25;
    private static readonly InferenceSettings Settings = new() { Beta = 0 };

    [Fact]
    public void The_mode_is_where_the_posterior_is_and_not_where_the_model_is_surest_of_what_is_missing()
    {
        using var model = new TestModel(new MissBgmWeights(Generator(), TestModel.Linear(2, 2), TestModel.Linear(2, 1)), 1, TestModel.Columns(2), Settings);
        Assert.Equal(0, Map(model, "a,b\n0,\n"), 0.05);
    }

    [Fact]
    public void Missing_levels_draw_the_mode_and_do_not_run_off_with_it()
    {
        var head = new DiscreteHeadWeights(new DenseWeights(1, 1, [2f], [0.5f]), [new(2)]);
        var weights = new MissBgmWeights(Generator() with { Discrete = head }, TestModel.Linear(4, 3), TestModel.Linear(4, 1));
        ColumnSchema flag = TestModel.Columns(1)[0] with
        {
            Name = "flag",
            Type = ColumnType.Binary,
            Location = 0,
            Scale = 1,
            Minimum = 0,
            Maximum = 1,
            Levels = ["no", "yes"],
            LevelShares = [0.5, 0.5],
        };
        using var model = new TestModel(weights, 1, [.. TestModel.Columns(2), flag], Settings);
        var z = Enumerable.Range(-2000, 4001).Select(i => i / 1000.0).MaxBy(z => LogPosterior(z) + Math.Max(LogSigmoid(0.5 + 2 * z), LogSigmoid(-0.5 - 2 * z)));
        Assert.InRange(z, 0.1, 0.2);
        Assert.Equal(Slope * z, Map(model, "a,b,flag\n0,,\n"), 0.05);
    }

    private static double Map(TestModel model, string table)
    {
        using var imputer = Imputer.Load(model.Path);
        var imputed = imputer.Impute(
            TableReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(table)), "t.csv"), new ImputeOptions { MapOnly = true });
        return imputed.Cells.Single(cell => cell.Column == 1).Map;
    }

    // log p(z | a = 0) but for a constant: b, which is missing, says nothing.
    private static double LogPosterior(double z) => -z * z / 2 - z * z / (2 * ObservedVariance);

    private static double LogSigmoid(double x) => -Math.Log(1 + Math.Exp(-x));

    // The variance of b is softplus(1 - 8 z) plus the floor.
    private static GeneratorWeights Generator()
    {
        var constant = (float)Math.Log(Math.Exp(ObservedVariance) - 1);
        return new GeneratorWeights(
            null, [], new DenseWeights(1, 2, [1f, (float)Slope], [0f, 0f]), new DenseWeights(1, 2, [0f, -8f], [constant, 1f]), 1e-4, 0.2);
    }
}
