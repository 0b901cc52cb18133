using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;
using MissBgm.Trainer.Tests.Collapsed.Mixtures;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>Which generators are averaged, and what the fit hands on.</summary>
public sealed class GeneratorChoiceTests
{
    private static readonly CollapsedSettings Quick = new() { Steps = 100 };

    [Fact]
    public void Groups_with_relations_of_their_own_call_for_mixtures()
    {
        var evidence = GeneratorChoice.Try(ClusteredTable.Simulate(400, 0.2, 5).Table, Numbers, Quick, 42, default).Evidence;
        Assert.True(evidence.Fits[0].Weight < 0.2);
        Assert.True(evidence.AverageError < 0.7 * evidence.LinearError, GeneratorSentence.Describe(evidence));
        Assert.Equal(1.0, evidence.Fits.Sum(fit => fit.Weight), 1e-12);
    }

    // Where the linear model is the truth the average may cost little: under 3 % on this table, of hidden truth and not of the cells that chose.
    [Fact]
    public void A_linear_table_loses_little()
    {
        var (truth, table) = new Scenario(400, 8, 2, 7) { Observed = Scenario.Mcar }.Simulate();
        var data = MaskedMatrix.From(table);
        var evidence = GeneratorChoice.Try(table, Numbers, Quick with { LatentDimension = 2 }, 42, default).Evidence;
        var linear = GeneratorTrials.Complete(data, FactorAnalysis.Fit(data, 2, 1));
        var average = new double[linear.Length];
        for (var i = 0; i < evidence.Fits.Count; i++)
        {
            var (fit, start) = (evidence.Fits[i], (i - 1) % GeneratorChoice.Starts);
            var one = i == 0 ? linear : MixtureFit.Complete(
                data,
                MixtureFit.Run(data, linear, SelfMask.Ignorable, new MixtureSettings { Components = fit.Components, Start = start }, 42),
                SelfMask.Ignorable, 1);
            for (var cell = 0; cell < one.Length; cell++) average[cell] += fit.Weight * one[cell];
        }

        var ratio = Error(average) / Error(linear);
        Assert.True(ratio < 1.03, $"ratio {ratio}; {GeneratorSentence.Describe(evidence)}");

        double Error(double[] completed)
        {
            var missing = Enumerable.Range(0, truth.Length).Where(cell => table.Observed[cell] == 0);
            return Math.Sqrt(missing.Average(cell => Math.Pow(completed[cell] - truth[cell], 2)));
        }
    }

    [Fact]
    public void Few_rows_one_column_and_the_selection_mechanism_keep_to_the_linear_generator()
    {
        Assert.Same(GeneratorEvidence.Linear, GeneratorChoice.Try(ClusteredTable.Simulate(40, 0.2, 5).Table, Numbers, Quick, 42, default).Evidence);
        Assert.Same(
            GeneratorEvidence.Linear,
            GeneratorChoice.Try(new EncodedTable(60, 1, new float[60], [.. Enumerable.Repeat(1f, 60)]), Numbers, Quick, 42, default).Evidence);
        var fit = Fit(Quick with { Mechanism = Mechanism.Selection, ParameterDraws = 0 });
        Assert.Single(fit.Weights.Members);
        Assert.Single(Fit(Quick with { Mixtures = false, ParameterDraws = 0 }).Weights.Members);
        Assert.Equal(6, Fit(Quick with { Mixtures = false, ParameterDraws = 6 }).Weights.Members.Count);
    }

    [Theory]
    [InlineData(Mechanism.Ignorable)]
    [InlineData(Mechanism.Self)]
    public void The_fit_s_members_are_the_components_of_the_fits_it_names(Mechanism mechanism)
    {
        var fit = Fit(Quick with { Mechanism = mechanism });
        Assert.Equal(fit.Weights.Members.Count, fit.Generator.Fits.Sum(one => one.Components));
        Assert.All(fit.Generator.Fits, one => Assert.True(one.Weight > 0));
        var first = 0;
        foreach (var one in fit.Generator.Fits)
        {
            Assert.Equal(1.0, fit.Weights.LogShares[first..(first + one.Components)].Sum(Math.Exp), 0.05);
            first += one.Components;
        }

        Assert.Equal(mechanism == Mechanism.Self, fit.Weights.Members.All(member => member.Correlation.Any(rho => rho != 0)));
        Assert.Equal(fit.Weights.Members[0].Loadings, Fit(Quick with { Mechanism = mechanism, Threads = 3 }).Weights.Members[0].Loadings);
    }

    [Fact]
    public void Mixtures_without_weight_on_the_first_hidden_cells_are_left_out_of_the_others_and_the_rest_is_as_without_screening()
    {
        var (_, table) = new Scenario(120, 8, 2, 7) { Observed = Scenario.Mcar }.Simulate();
        GeneratorCandidate[] mixtures = [.. new[] { 2, 4, 8 }.Select(GeneratorCandidate.Mixture)];
        GeneratorTrials Run(int repeats, GeneratorCandidate[] candidates) =>
            GeneratorTrials.Run(table, Numbers, new TrialPlan(candidates, repeats), Quick with { LatentDimension = 2 }, 42, default);

        var (first, screened) = (Run(1, mixtures), Run(2, mixtures));
        var weights = StackingWeights.Choose(first.Predictions, first.Truth);
        Assert.Equal(first.Candidates.Where((_, i) => weights[i + 1] > 0.0), screened.Candidates);
        Assert.InRange(screened.Candidates.Length, 0, 2);
        Assert.Equal(Run(2, screened.Candidates).Predictions, screened.Predictions);
    }

    // A tenth of the cells is hidden, 4,000 are wanted; of columns that are no numbers none counts.
    [Theory]
    [InlineData(500, 4, 0, 6)]
    [InlineData(2000, 4, 0, 5)]
    [InlineData(2000, 4, 40, 5)]
    [InlineData(2000, 30, 0, 2)]
    [InlineData(500, 0, 4, 2)]
    public void Trials_hide_as_many_choices_of_cells_as_make_up_those_wanted(int rows, int numbers, int binary, int repeats)
    {
        var cells = rows * (numbers + binary);
        var table = new EncodedTable(rows, numbers + binary, new float[cells], [.. Enumerable.Repeat(1f, cells)]);
        Assert.Equal(repeats, GeneratorChoice.Repeats(
            table, [.. Enumerable.Repeat(ColumnType.Integer, numbers), .. Enumerable.Repeat(ColumnType.Binary, binary)]));
    }

    [Fact]
    public void Stacking_finds_the_better_prediction_and_the_better_average()
    {
        double[] truth = [.. Enumerable.Range(0, 200).Select(i => Math.Sin(i))];
        double[] Off(Func<int, double> by) => [.. truth.Select((value, i) => value + by(i))];
        var weights = StackingWeights.Choose([Off(i => i % 2 - 0.5), Off(i => 0.5 - i % 2), Off(i => 1)], truth);
        Assert.Equal([0.5, 0.5, 0.0], Array.ConvertAll(weights, w => Math.Round(w, 9)));
    }

    /// <summary>Weights that add up to more than 1 no manifest may hold.</summary>
    [Fact]
    public void A_prediction_that_is_always_best_has_the_whole_weight()
    {
        double[] truth = [.. Enumerable.Range(0, 200).Select(i => Math.Sin(i))];
        Assert.Equal([0.0, 1.0], StackingWeights.Choose([[.. truth.Select(value => value + 1)], truth], truth));
    }

    // Two candidates that are equally far off, but apart: one of them wins by chance, and more than twice its gain's standard error in 1 table
    // of 20. Whatever it wins is shared out by how sure it is.
    [Theory]
    [InlineData(0.0, 0.0, 0.2)]
    [InlineData(0.3, 0.85, 1.0)]
    public void Stacking_goes_back_to_the_simplest_as_far_as_chance_explains_the_gain(double better, double least, double most)
    {
        const int tables = 200;
        var random = new RandomStream(new Philox(8), 0);
        var kept = 0.0;
        for (var table = 0; table < tables; table++)
        {
            double[] truth = new double[100], simplest = new double[100], other = new double[100];
            for (var i = 0; i < truth.Length; i++)
            {
                truth[i] = random.Normal();
                (simplest[i], other[i]) = (0.3 * random.Normal(), better * truth[i] + 0.3 * random.Normal());
            }

            kept += StackingWeights.Choose([simplest, other, simplest], truth)[1] / tables;
        }

        Assert.InRange(kept, least, most);
    }

    private static ColumnType[] Numbers => [.. Enumerable.Repeat(ColumnType.Numeric, 8)];

    private static CollapsedFitResult Fit(CollapsedSettings settings) =>
        CollapsedFit.Run(ClusteredTable.Simulate(300, 0.2, 6, above: 1.8).Table, ["a", "b", "c", "d"], settings, 42);
}
