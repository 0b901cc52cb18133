using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Levels;
using MissBgm.Trainer.Collapsed.Marginals;

namespace MissBgm.Trainer.Tests.Collapsed.Levels;

/// <summary>Tables of one factor, three numbers, two binary columns and two columns of zeros and what lies above: latent variables and what is drawn.</summary>
public sealed class IntervalChoiceTests
{
    private const int Rows = 600;
    private static readonly CollapsedSettings Linear = new() { Mechanism = Mechanism.Ignorable, Mixtures = false, ParameterDraws = 0, Steps = 50 };
    private static readonly Table Data = Simulate();
    private static readonly TableSchema Schema = MarginalLearning.Support(Data, TableSchema.Detect(Data));
    private static readonly ValueCounts?[] Counts = ValueCounts.Of(Data, Schema);
    private static readonly EncodedTable Encoded = Schema.Encode(Data);
    private static readonly GaussianCoding Coding = new(Schema.Modelled);

    // A tenth of 3,000 levels and numbers hidden, four times; the levels are those of normal variables indeed.
    [Fact]
    public void Levels_and_zeros_that_have_normal_variables_behind_them_are_drawn_by_these()
    {
        var trials = GeneratorTrials.Run(Coding.Encode(Encoded), Coding.Types, new TrialPlan([], 4), Linear, 42, default);
        var choice = new IntervalChoice(trials, [1.0], Schema.Modelled, Counts, Encoded);
        var levels = LevelIntervals.Of(Coding);
        Assert.True(choice.OfLevels(levels) is { PrefersLatent: true, HiddenCells: > 150 } ofLevels, $"{choice.OfLevels(levels)}");
        Assert.True(
            choice.OfAtoms(levels, LevelIntervals.OfAtoms(Schema.Modelled, Counts)) is { PrefersLatent: true, HiddenCells: > 150 },
            $"{choice.OfAtoms(levels, LevelIntervals.OfAtoms(Schema.Modelled, Counts))}");
    }

    [Fact]
    public void Without_levels_or_atoms_or_with_few_of_them_there_is_nothing_to_choose()
    {
        var trials = GeneratorTrials.Run(Coding.Encode(Encoded), Coding.Types, new TrialPlan([], 1), Linear, 42, default);
        var choice = new IntervalChoice(trials, [1.0], Schema.Modelled, Counts, Encoded);
        Assert.Null(choice.OfLevels(new LevelIntervals?[Coding.Columns]));
        Assert.Null(choice.OfAtoms(LevelIntervals.Of(Coding), new LevelIntervals?[Coding.Columns]));
    }

    // Draws of left-out cells are zero as often as the column is: 64 draws of each of some 420 cells.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_the_fit_atoms_are_drawn_as_often_as_they_are_observed(bool hasLatent)
    {
        var coded = Coding.Encode(Encoded);
        var fit = CollapsedFit.Run(coded, Coding.Names, Linear, 42, Coding.Types);
        var weights = hasLatent
            ? LatentLevels.Of(fit.Weights, IntervalChoice.Both(LevelIntervals.Of(Coding), LevelIntervals.OfAtoms(Schema.Modelled, Counts)))
            : fit.Weights;
        var columns = AtomCalibration.Run(
            Schema.Modelled, Counts, Encoded, _ => false, places => LeftOutCells.Draw(places, weights, fit.Generator.Fits, coded, 42, default));
        foreach (var c in new[] { 3, 4 })
        {
            var (before, after, place) = (Schema.Modelled[c].Marginal!, columns[c].Marginal!, Coding.FirstOf(c));
            var draws = LeftOutCells.Draw([place], weights, fit.Generator.Fits, coded, 42, default)[place].SelectMany(cell => cell.Draws).ToArray();
            double Zeros(ColumnMarginal map) => draws.Count(draw => map.Decode(draw) == 0) / (double)draws.Length;
            Assert.Equal(Counts[c]!.ShareUpTo(0), Zeros(after), 0.005);
            Assert.NotEqual(before.Atoms[0].To, after.Atoms[0].To);
            Assert.Equal(before.Atoms[0].Score, after.Atoms[0].Score);
        }
    }

    // Loadings 0.85; the numbers come first, the columns of levels last in the model.
    private static Table Simulate()
    {
        var (values, normals, uniforms) = (new double[Rows, 7], new float[8], new float[7]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(4).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(4).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            for (var j = 0; j < 7; j++)
            {
                var g = 0.85 * normals[7] + Math.Sqrt(1 - 0.85 * 0.85) * normals[j];
                var value = j switch { < 3 => g, < 5 => Math.Max(0, Math.Round(g - 0.3, 2)), _ => g > 0.4 * (j - 5) ? 1 : 0 };
                values[row, j] = uniforms[j] < 0.25 ? double.NaN : value;
            }
        }

        return Table.FromNumbers(["a", "b", "c", "y", "z", "p", "q"], values);
    }
}
