using System.Globalization;
using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>Linear generators of more latent dimensions than the chosen one.</summary>
public sealed class FurtherDimensionsTests
{
    // Too few rows for a mixture's covariances.
    private const int Rows = 150;
    private const int Columns = 60;

    private static readonly CollapsedSettings Quick = new() { Steps = 50, LatentDimension = 5, ParameterDraws = 0, Forests = false };
    private static readonly ColumnType[] Numbers = [.. Enumerable.Repeat(ColumnType.Numeric, Columns)];
    private static readonly string[] Names = [.. Enumerable.Range(0, Columns).Select(c => $"c{c}")];

    [Theory]
    [InlineData(606, 107, 10, new[] { 20, 40 })]
    [InlineData(400, 500, 5, new[] { 10, 20 })]
    [InlineData(100, 2000, 5, new int[0])]
    [InlineData(10_000, 200, 5, new[] { 10 })]
    [InlineData(1_000_000, 20, 5, new[] { 10 })]
    [InlineData(20_000, 500, 5, new int[0])]
    [InlineData(300, 19, 5, new int[0])]
    public void They_are_weighed_on_wide_tables_as_far_as_rows_columns_and_work_allow(int rows, int columns, int chosen, int[] further) =>
        Assert.Equal(further, DimensionChoice.Further(rows, columns, chosen));

    [Fact]
    public void Where_hidden_cells_say_so_they_are_averaged_and_the_hidden_truth_is_foretold_better()
    {
        var (truth, table) = new Scenario(Rows, Columns, 9, 7) { Observed = Scenario.Mcar }.Simulate();
        var fit = CollapsedFit.Run(table, Names, Quick with { Mechanism = Mechanism.Ignorable }, 42);
        Assert.True(fit.Generator.Fits.Count > 1 && fit.Generator.Fits.All(one => one.Components == 1), GeneratorSentence.Describe(fit.Generator));
        var linear = CollapsedFit.Run(table, Names, Quick with { Mechanism = Mechanism.Ignorable, Mixtures = false }, 42);
        var (averaged, alone) = (Error(fit.Completed, truth, table), Error(linear.Completed, truth, table));
        Assert.True(averaged < 0.9 * alone, $"{averaged} and {alone}");

        // What missing cells hold is not used.
        var altered = table with { Values = [.. table.Values.Select((value, cell) => table.Observed[cell] == 0 ? 3 - cell % 7 : value)] };
        var again = CollapsedFit.Run(altered, Names, Quick with { Mechanism = Mechanism.Ignorable, Threads = 3 }, 42);
        Assert.Equal(fit.Generator.Fits, again.Generator.Fits);
        Assert.Equal(fit.Completed, again.Completed);

        // The members that are exported foretell what the fit says.
        var data = MaskedMatrix.From(table);
        var members = fit.Weights.Members.Select(member => GeneratorTrials.Complete(data, FactorAnalysis.For(data, ModelOf(member, data.Stride), 1))).ToArray();
        for (var cell = 0; cell < truth.Length; cell++)
        {
            Assert.Equal(fit.Completed[cell], fit.Generator.Fits.Zip(members, (one, member) => one.Weight * member[cell]).Sum(), 1e-5);
        }

        // Proper draws are of the fits that have a weight, each of its own dimension.
        var drawn = CollapsedFit.Run(table, Names, Quick with { Mechanism = Mechanism.Ignorable, ParameterDraws = 20 }, 42);
        Assert.Equal(20, drawn.Weights.Members.Count);
        Assert.Equal(fit.Generator.Fits.Count, drawn.Generator.Fits.Select(one => one.HiddenCellError).Distinct().Count());
    }

    // Of 100 tables (MISSBGM_TABLES) one gave them any weight, 0.02.
    [Fact]
    public void Where_the_chosen_dimension_is_the_truth_they_get_no_weight()
    {
        var tables = int.Parse(Environment.GetEnvironmentVariable("MISSBGM_TABLES") ?? "8", CultureInfo.InvariantCulture);
        var found = Enumerable.Range(1, tables).Count(seed =>
        {
            var (_, table) = new Scenario(Rows, Columns, 3, (ulong)seed) { Observed = Scenario.Mcar }.Simulate();
            return GeneratorChoice.Try(table, Numbers, Quick with { LatentDimension = 3 }, 42, default).Evidence.Fits[0].Weight < 0.95;
        });
        Assert.True(found <= tables / 50, $"{found} of {tables}");
    }

    [Fact]
    public void A_mechanism_that_is_not_ignorable_has_none()
    {
        var (_, table) = new Scenario(Rows, Columns, 9, 7) { Observed = Scenario.Mcar }.Simulate();
        Assert.Same(GeneratorEvidence.Linear, GeneratorChoice.Try(table, Numbers, Quick with { Mechanism = Mechanism.Self }, 42, default).Evidence);
    }

    private static FactorModel ModelOf(CollapsedWeights member, int stride)
    {
        var (d, p) = (member.LatentDimension, member.Columns);
        var (loadings, intercept, variance) = (new double[d * stride], new double[stride], Enumerable.Repeat(1.0, stride).ToArray());
        for (var j = 0; j < p; j++)
        {
            (intercept[j], variance[j]) = (member.Intercept[j], member.Scale[j] * member.Scale[j]);
            for (var k = 0; k < d; k++) loadings[k * stride + j] = member.Loadings[k * p + j];
        }

        return new FactorModel(d, stride, loadings, intercept, variance, [], [], []);
    }

    private static double Error(float[] completed, double[] truth, EncodedTable table)
    {
        var missing = Enumerable.Range(0, truth.Length).Where(cell => table.Observed[cell] == 0);
        return Math.Sqrt(missing.Average(cell => Math.Pow(completed[cell] - truth[cell], 2)));
    }
}
