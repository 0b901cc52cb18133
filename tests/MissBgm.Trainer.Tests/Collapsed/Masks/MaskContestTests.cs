using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Masks;

namespace MissBgm.Trainer.Tests.Collapsed.Masks;

public sealed class MaskContestTests
{
    [Fact]
    public void Masks_that_follow_their_columns_own_values_are_told()
    {
        var contest = Hold(new MaskedTable(600, 10, 1) { Probit = (row, j) => 0.5 + 0.8 * row[j] });
        Assert.True(contest.LogBayesFactor > MaskContest.Threshold, $"{contest.LogBayesFactor}");
        Assert.All(contest.Columns, verdict => Assert.True(verdict.Probability > 0.5 && verdict.Slope > 0.3, $"{verdict.Probability}, {verdict.Slope}"));
    }

    [Fact]
    public void Effects_of_opposite_sign_add_up()
    {
        var contest = Hold(new MaskedTable(1000, 10, 2) { Probit = (row, j) => 0.5 + (j % 2 == 0 ? 0.8 : -0.8) * row[j] });
        Assert.True(contest.LogBayesFactor > MaskContest.Threshold, $"{contest.LogBayesFactor}");
        Assert.All(contest.Columns, verdict => Assert.Equal(verdict.Contest.Column % 2 == 0 ? 1 : -1, Math.Sign(verdict.Slope)));
    }

    [Fact]
    public void Masks_that_follow_other_columns_do_not_pass_for_self_masked_ones()
    {
        // The factor exceeds 100 with a probability of at most 1 / 100 when a rule is of the rivals' kind: two alarms in 32 tables happen
        // in 4 % of runs at most.
        var rules = new Func<double[], int, double>[]
        {
            (row, _) => 0.5 + row[0], // one anchor, complete
            (row, _) => 0.5 - 0.6 * row[0] + 0.6 * row[1],
            (row, j) => 0.5 + row[j == 9 ? 5 : j + 1], // an anchor that is itself incomplete
            (row, j) => 0.5 + 0.25 * (row.Sum() - row[j]),
            (row, _) => row[2] > 0.3 ? 1.2 : 0.1, // a threshold
            (_, _) => 0.5,
            (row, _) => 0.5 + Math.Abs(row[0]),
            (row, _) => 0.2 + 0.3 * row[0],
        };
        var alarms = rules
            .SelectMany((rule, i) =>
                Enumerable.Range(0, 4).Select(seed => Hold(new MaskedTable(300, 10, 100 + 10 * (ulong)i + (ulong)seed) { Probit = rule })))
            .Count(contest => contest.LogBayesFactor > MaskContest.Threshold);
        Assert.InRange(alarms, 0, 1);
    }

    [Fact]
    public void Many_columns_that_say_nothing_do_not_add_up()
    {
        // 26 masks without a rule, or all by one column: what each leaves open must not sum to an alarm.
        foreach (var rule in new Func<double[], int, double>[] { (_, _) => 0.4, (row, _) => 0.4 + 0.3 * row[0] })
        {
            for (var seed = 0UL; seed < 3; seed++)
            {
                var contest = Hold(new MaskedTable(300, 30, 900 + seed) { Masked = 26, Probit = rule });
                Assert.True(contest.LogBayesFactor < MaskContest.Threshold, $"{contest.LogBayesFactor}");
            }
        }
    }

    [Fact]
    public void A_column_that_all_masks_follow_weakly_is_learnt_once()
    {
        // For each of eight masks alone the column would have to be picked out of nine; 100 rows hardly do that. Of ten tables one alarm
        // happens in 10 % of runs at most, two in 0.5 %.
        var contests = Enumerable.Range(0, 10)
            .Select(seed => Hold(new MaskedTable(100, 10, 700 + (ulong)seed) { Masked = 8, Probit = (row, _) => 0.3 + 0.5 * row[0] })).ToArray();
        Assert.InRange(contests.Count(contest => contest.LogBayesFactor > MaskContest.Threshold), 0, 1);
        Assert.InRange(contests.Average(contest => contest.LogBayesFactor), -5.0, 1.5);
        var data = new MaskedTable(400, 10, 700) { Masked = 8, Probit = (row, _) => 0.3 + 0.5 * row[0] }.Draw();
        Assert.Equal(0, CommonAnchors.Pick(data, FactorAnalysis.Fit(data, 2, 1), [2, 3, 4, 5, 6, 7, 8, 9])[0]);
    }

    [Fact]
    public void Factors_that_explain_the_noise_are_left_out_and_self_masked_columns_are_told_the_better()
    {
        var (sparing, five) = (0.0, 0.0);
        for (var seed = 0UL; seed < 6; seed++)
        {
            var data = new MaskedTable(150, 10, 800 + seed) { Masked = 8, Probit = (row, j) => 0.3 + row[j] }.Draw();
            var large = FactorAnalysis.Fit(data, 5, 1);
            var model = FactorAnalysis.Sparing(data, large, 1);
            Assert.InRange(model.Dimension, 1, 3);
            sparing += MaskContest.Run(data, model, _ => true, 1).LogBayesFactor / 6.0;
            five += MaskContest.Run(data, large, _ => true, 1).LogBayesFactor / 6.0;
        }

        Assert.True(sparing > five + 1.0, $"{sparing} against {five}");
    }

    [Fact]
    public void With_the_anchors_withheld_their_masks_do_pass_and_with_them_they_do_not()
    {
        var (with, without) = (0, 0);
        for (var seed = 0UL; seed < 4; seed++)
        {
            // Each of the ten columns at the end is missing by a twin of its own among the ten at the front.
            var table = new MaskedTable(800, 10, 300 + seed) { Masked = 10, Probit = (_, _) => 40.0 }.Draw();
            var random = new MissBgm.Runtime.Numerics.Philox(seed);
            var (noise, uniforms) = (new float[10], new float[10]);
            var (complete, observed) = (new double[800][], new double[800][]);
            for (var i = 0; i < 800; i++)
            {
                random.Normals(noise, MissBgm.Runtime.Numerics.RandomPurpose.Simulation, 7, i, 0);
                random.Uniforms(uniforms, MissBgm.Runtime.Numerics.RandomPurpose.Simulation, 8, i, 0);
                var own = table.Row(i)[..10].ToArray();
                var twins = own.Select((x, j) => x + 0.5 * noise[j]).ToArray();
                complete[i] = [.. twins, .. own];
                observed[i] =
                [
                    .. Enumerable.Repeat(1.0, 10),
                    .. twins.Select((x, j) => uniforms[j] < MissBgm.Runtime.Numerics.StandardNormal.Cdf(0.5 + 0.8 * x) ? 1.0 : 0.0),
                ];
            }

            if (Hold(MaskedTable.Encode(complete, observed)).LogBayesFactor > MaskContest.Threshold) with++;
            if (Hold(MaskedTable.Encode([.. complete.Select(row => row[10..])], [.. observed.Select(row => row[10..])])).LogBayesFactor
                > MaskContest.Threshold)
            {
                without++;
            }
        }

        Assert.Equal(0, with);
        Assert.InRange(without, 3, 4);
    }

    [Fact]
    public void Columns_that_go_missing_together_count_once()
    {
        var table = new MaskedTable(400, 6, 5) { Masked = 3, Probit = (row, _) => 0.3 + row[5] };
        var data = table.Draw();
        // The last column's mask for all three.
        var observed = Enumerable.Range(0, data.Rows).Select(i => data.Mask(i)[..6].ToArray()).ToArray();
        foreach (var row in observed) (row[3], row[4]) = (row[5], row[5]);
        var block = MaskedTable.Encode([.. Enumerable.Range(0, data.Rows).Select(i => data.Row(i)[..6].ToArray())], observed);
        Assert.All(MaskWeights.Of(block, [3, 4, 5]), weight => Assert.Equal(1.0 / 3.0, weight, 0.02));
        Assert.All(MaskWeights.Of(data, [3, 4, 5]), weight => Assert.InRange(weight, 0.6, 1.0));
        Assert.InRange(Hold(block).LogBayesFactor, -20.0, MaskContest.Threshold);
    }

    [Theory]
    [InlineData("a function of one column")]
    [InlineData("one block")]
    [InlineData("a handful of missing cells")]
    [InlineData("more columns than rows")]
    public void Masks_that_say_too_little_are_decided_as_cannot_tell(string mask)
    {
        var data = mask switch
        {
            "a function of one column" => new MaskedTable(80, 6, 6) { Probit = (row, _) => row[0] > 0.0 ? 30.0 : -30.0 }.Draw(),
            "one block" => Block(),
            "a handful of missing cells" => new MaskedTable(60, 6, 7) { Probit = (row, j) => row[j] > 1.9 ? -30.0 : 30.0 }.Draw(),
            _ => new MaskedTable(20, 30, 8) { Probit = (_, _) => 0.5 }.Draw(),
        };
        var names = Enumerable.Range(0, data.Columns).Select(j => $"{j}").ToArray();
        var decision = MechanismChoice.Decide(
            data, FactorAnalysis.Fit(data, Math.Min(2, data.Rows / 10), 1), names, [.. names.Select(_ => ColumnType.Numeric)],
            new CollapsedSettings(), 42);
        Assert.Equal(Mechanism.Ignorable, decision.Evidence.Chosen);
        Assert.Equal(MaskVerdict.CannotTell, decision.Evidence.Verdict);
        Assert.True(double.IsFinite(decision.Evidence.Self!.LogBayesFactor));
        Assert.All(decision.Evidence.Columns, column => Assert.True(double.IsFinite(column.Score) && double.IsFinite(column.Follows?.FittedSlope ?? 0.0)));

        // Half of the rows miss all of three columns.
        static MaskedMatrix Block()
        {
            var complete = new MaskedTable(120, 6, 9) { Masked = 0, Probit = (_, _) => 0.0 }.Draw();
            return MaskedTable.Encode(
                [.. Enumerable.Range(0, 120).Select(i => complete.Row(i)[..6].ToArray())],
                [.. Enumerable.Range(0, 120).Select(i => Enumerable.Range(0, 6).Select(j => j >= 3 && i % 2 == 0 ? 0.0 : 1.0).ToArray())]);
        }
    }

    [Fact]
    public void Difficult_masks_leave_the_contest_finite_and_undecided()
    {
        Assert.True(Undecided(new MaskedTable(80, 6, 6) { Probit = (row, _) => row[0] > 0.0 ? 30.0 : -30.0 }.Draw())); // separated by one column
        Assert.True(Undecided(new MaskedTable(60, 6, 7) { Probit = (row, j) => row[j] > 1.9 ? -30.0 : 30.0 }.Draw())); // a handful of missing cells
        Assert.True(Undecided(new MaskedTable(20, 30, 8) { Probit = (_, _) => 0.5 }.Draw())); // more columns than rows
        Assert.True(Undecided(new MaskedTable(60, 1, 9) { Masked = 1, Probit = (_, _) => 0.5 }.Draw())); // a column alone
        Assert.True(Undecided(new MaskedTable(60, 2, 10) { Masked = 2, Probit = (_, _) => 0.5 }.Draw()));

        static bool Undecided(MaskedMatrix data)
        {
            var contest = Hold(data);
            return double.IsFinite(contest.LogBayesFactor) && contest.LogBayesFactor < MaskContest.Threshold
                && contest.Columns.All(c => double.IsFinite(c.Slope) && double.IsFinite(c.Probability));
        }
    }

    [Fact]
    public void Simulated_masks_of_other_columns_stay_below_and_self_masked_ones_are_seen()
    {
        var data = new MaskedTable(500, 10, 11) { Probit = (row, j) => 0.5 + 0.7 * row[j] }.Draw();
        var model = FactorAnalysis.Fit(data, 2, 1);
        var contest = MaskContest.Run(data, model, _ => true, 1);
        var simulation = new MaskSimulation(data, model, _ => true, 42, 1);
        var (without, with) = (simulation.Null(contest, 6), simulation.SelfMasked(contest, 0.8, 6));
        Assert.True(without.Average() + 3.0 < with.Average(), $"{without.Average()} against {with.Average()}");
        Assert.Equal(without, new MaskSimulation(data, model, _ => true, 42, 2).Null(contest, 6));
    }

    [Fact]
    public void Slopes_are_standard_normal_around_zero_under_random_masks()
    {
        // 200 columns of 40 tables: the mean of z has s.d. 0.07, the mean of z^2 0.1.
        var z = Enumerable.Range(0, 40)
            .SelectMany(seed => Hold(new MaskedTable(300, 8, 500 + (ulong)seed) { Probit = (_, _) => 0.5 }).Columns)
            .Select(column => column.Contest.Own.Slope / column.Contest.Own.StandardError)
            .ToArray();
        Assert.InRange(z.Average(), -0.35, 0.35);
        Assert.InRange(z.Average(v => v * v), 0.6, 1.5);
    }

    private static MaskContest Hold(MaskedTable table) => Hold(table.Draw());

    private static MaskContest Hold(MaskedMatrix data) =>
        MaskContest.Run(data, FactorAnalysis.Fit(data, Math.Max(1, Math.Min(2, Math.Min(data.Columns - 2, data.Rows / 10))), 1), _ => true, 1);
}
