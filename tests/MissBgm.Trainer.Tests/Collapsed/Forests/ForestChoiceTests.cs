using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Forests;

namespace MissBgm.Trainer.Tests.Collapsed.Forests;

/// <summary>Which columns have forests, and what these foretell.</summary>
public sealed class ForestChoiceTests
{
    private static readonly CollapsedSettings Quick = new() { Steps = 100, ParameterDraws = 0, Mechanism = Mechanism.Ignorable };

    // A column that is a table of another's bins, neighbours' entries unlike each other, which no few normal laws hold.
    [Fact]
    public void A_number_that_another_column_determines_by_a_table_has_a_forest()
    {
        var table = Lookup(500);
        var fit = CollapsedFit.Run(table, ["key", "price", "noise"], Quick, 42);
        var forest = Assert.Single(fit.Forests, own => own.Forest.Place == 1);
        var evidence = forest.Description.Evidence;
        Assert.True(forest.Description.Weight > 0.7, $"{forest.Description}");
        Assert.True(evidence.Both < 0.8 * evidence.Gaussian, $"{evidence}");
        Assert.DoesNotContain(fit.Forests, own => own.Forest.Place == 2);
    }

    [Fact]
    public void Forests_are_the_same_with_more_threads_and_none_under_another_mechanism_or_without_leave()
    {
        var table = Lookup(200);
        var fit = CollapsedFit.Run(table, ["key", "price", "noise"], Quick, 42);
        var again = CollapsedFit.Run(table, ["key", "price", "noise"], Quick with { Threads = 2 }, 42);
        Assert.Equal(fit.Forests[0].Forest.Thresholds, again.Forests[0].Forest.Thresholds);
        Assert.Equal(fit.Forests[0].Forest.Values, again.Forests[0].Forest.Values);
        Assert.Empty(CollapsedFit.Run(table, ["key", "price", "noise"], Quick with { Forests = false }, 42).Forests);
        Assert.Empty(CollapsedFit.Run(table, ["key", "price", "noise"], Quick with { Mechanism = Mechanism.Self }, 42).Forests);
    }

    [Fact]
    public void What_missing_cells_hold_changes_neither_generators_nor_forests()
    {
        var table = Lookup(120);
        var altered = table with { Values = [.. table.Values.Select((value, cell) => table.Observed[cell] == 0 ? 3 - cell % 7 : value)] };
        Assert.NotEqual(table.Values, altered.Values);
        var (fit, again) = (Fit(table), Fit(altered));
        Assert.NotEmpty(fit.Forests);
        Assert.Equal(fit.Forests.Select(own => own.Description), again.Forests.Select(own => own.Description));
        Assert.Equal(fit.Forests.SelectMany(own => own.Forest.Values), again.Forests.SelectMany(own => own.Forest.Values));
        Assert.Equal(fit.Generator.Fits, again.Generator.Fits);
        Assert.Equal(fit.Weights.Members.SelectMany(member => member.Loadings), again.Weights.Members.SelectMany(member => member.Loadings));
        Assert.Equal(fit.Completed, again.Completed);

        static CollapsedFitResult Fit(EncodedTable table) =>
            CollapsedFit.Run(table, ["key", "price", "noise"], Quick with { ParameterDraws = 3, Mechanism = null }, 42);
    }

    // In fewer than 5 of 100 tables: at most 1 of these 12 has one, and of 100 (MISSBGM_TABLES) at most 5.
    [Fact]
    public void Linear_tables_have_none()
    {
        var found = Enumerable.Range(1, Tables).Count(seed =>
        {
            var (_, table) = new Scenario(200, 6, 2, (ulong)seed) { Observed = Scenario.Mcar }.Simulate();
            ColumnType[] types = [.. Enumerable.Repeat(ColumnType.Numeric, 6)];
            var repeats = GeneratorChoice.Repeats(table, types);
            Assert.Equal(6, repeats);
            var trials = GeneratorTrials.Run(table, types, new TrialPlan([], repeats), Quick with { LatentDimension = 2 }, 42, default);
            var tables = trials.Completed([1.0], 8, new Philox(42));
            var (tried, _) = ForestRounds.Try(tables, [2, 3, 4, 5], [], new ForestPlan(1, 1.0, 32), new Philox(42), default);
            return ForestWeights.Choose(tried).Any(weight => weight > 0);
        });
        Assert.True(found <= Math.Max(1, Tables / 20), $"{found} of {Tables}");
    }

    [Fact]
    public void Few_cells_that_a_forest_foretells_better_by_chance_give_it_no_weight_and_many_do()
    {
        static ForestTrial Trial(int cells) => new(
            [.. Enumerable.Range(0, cells).Select(i => Math.Sin(i))], new double[cells],
            [.. Enumerable.Range(0, cells).Select(i => Math.Sin(i) + Math.Cos(7 * i))]);
        Assert.Equal([0.0], ForestWeights.Choose([Trial(4)]));
        Assert.InRange(ForestWeights.Choose([Trial(400)])[0], 0.45, 0.55);
        Assert.Equal([0.0], ForestWeights.Choose([Trial(400)], leastGain: 0.6));
        Assert.Equal([0.0, 0.0], ForestWeights.Choose([null, null]));
    }

    // More with MISSBGM_TABLES, to measure the rate.
    private static int Tables => int.Parse(Environment.GetEnvironmentVariable("MISSBGM_TABLES") ?? "12");

    private static EncodedTable Lookup(int rows)
    {
        const int Bins = 30;
        var (prices, keys, noise, seen) = (new float[Bins], new float[rows], new float[rows], new float[3 * rows]);
        var random = new Philox(5);
        random.Uniforms(prices, RandomPurpose.Simulation, 0, 0, 0);
        random.Uniforms(keys, RandomPurpose.Simulation, 1, 0, 0);
        random.Normals(noise, RandomPurpose.Simulation, 2, 0, 0);
        random.Uniforms(seen, RandomPurpose.Simulation, 3, 0, 0);
        var values = new float[3 * rows];
        for (var row = 0; row < rows; row++)
        {
            (values[3 * row], values[3 * row + 1], values[3 * row + 2]) = (3.5f * keys[row] - 1.7f, 3.5f * prices[(int)(keys[row] * Bins)] - 1.7f, noise[row]);
        }

        var observed = Array.ConvertAll(seen, uniform => uniform > 0.25f ? 1f : 0f);
        for (var cell = 0; cell < values.Length; cell++) values[cell] *= observed[cell];
        return new EncodedTable(rows, 3, values, observed);
    }
}
