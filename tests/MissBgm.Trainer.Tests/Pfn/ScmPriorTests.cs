using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Masks;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class ScmPriorTests
{
    private static readonly PriorConfig AlwaysMissing = new() { MaximumFeatures = 20, FewFeatures = 10, MissingRateStart = 0.8 };

    private static readonly PriorConfig AllPieces = AlwaysMissing with
    {
        Equations = new Dictionary<string, double> { ["network"] = 0.4, ["tree"] = 0.3, ["piecewise"] = 0.3 },
        Columns = new Dictionary<string, double>
        {
            ["correlated"] = 0.1,
            ["heavy_tailed"] = 0.1,
            ["bounded"] = 0.1,
            ["zero_inflated"] = 0.1,
            ["discrete"] = 0.1,
            ["duplicated"] = 0.1,
        },
        Masks = new Dictionary<string, double>
        {
            ["mcar"] = 0.1,
            ["mar"] = 0.2,
            ["self_masking"] = 0.15,
            ["value_dependent"] = 0.1,
            ["propagating"] = 0.25,
            ["structural"] = 0.2,
        },
    };

    private static readonly PriorConfig PiecesOnPieces = AllPieces with { Columns = AllPieces.Columns.ToDictionary(piece => piece.Key, _ => 0.5) };

    [Fact]
    public void The_same_seed_and_step_give_the_same_tasks_and_another_step_gives_others()
    {
        using var scope = NewDisposeScope();
        var first = Draw(AlwaysMissing, 3, 4, 50).Values.ToFloats();
        Assert.Equal(first, Draw(AlwaysMissing, 3, 4, 50).Values.ToFloats());
        Assert.NotEqual(first, Draw(AlwaysMissing, 4, 4, 50).Values.ToFloats());
    }

    [Fact]
    public void Missing_rates_of_features_are_uniform_up_to_the_largest()
    {
        var rates = new List<double>();
        for (var step = 0; step < 40; step++)
        {
            using var scope = NewDisposeScope();
            rates.AddRange((1 - Draw(AlwaysMissing, step, 8, 200).Observed.mean([1])).ToFloats().Select(rate => (double)rate));
        }

        // About 2,000 rates, each less a rounding of at most 1/200. Kolmogorov-Smirnov: 1.95 / sqrt(n) is passed with probability 0.001.
        rates.Sort();
        var distance = Enumerable.Range(0, rates.Count).Max(i => Math.Abs((i + 0.5) / rates.Count - (rates[i] + 0.0025) / 0.8));
        Assert.True(distance < 1.95 / Math.Sqrt(rates.Count) + 0.0025, $"distance {distance} over {rates.Count} rates");
        Assert.True(rates[^1] <= 0.8);
    }

    [Fact]
    public void The_largest_missing_rate_rises_linearly_over_the_warm_up()
    {
        var config = new PriorConfig();
        Assert.Equal(0.3, MissingnessGate.MaximumRate(config, 0), 12);
        Assert.Equal(0.55, MissingnessGate.MaximumRate(config, 500), 12);
        Assert.Equal(0.8, MissingnessGate.MaximumRate(config, 1000), 12);
        Assert.Equal(0.8, MissingnessGate.MaximumRate(config, 9999), 12);
    }

    [Fact]
    public void Masks_depend_on_values_and_on_each_other()
    {
        // Under independence the mean absolute correlation over 400 rows is sqrt(2 / (400 pi)) = 0.04; the structural prior is far above it.
        var (value, mask) = Correlations("structural");
        Assert.True(value > 0.12, $"values and masks: {value}");
        Assert.True(mask > 0.08, $"masks: {mask}");
    }

    [Fact]
    public void Without_propagation_a_mask_is_decided_by_the_first_layer_of_scores_alone()
    {
        // With one latent coordinate far from all others, a second-layer score sees coordinates up to 6 away, a first-layer score up to 3.
        var reach = new Dictionary<string, long> { ["structural"] = 0, ["nsm"] = 0 };
        foreach (var kind in reach.Keys.ToArray())
        {
            for (var step = 0; step < 30; step++)
            {
                using var scope = NewDisposeScope();
                var config = AlwaysMissing with { Kind = kind };
                var latent = Noise(step).Normal(1, 60, 41);
                var chosen = arange(41).view(1, 41);
                var changed = latent.clone();
                changed.narrow(2, 20, 1).add_(3 * Noise(1000 + step).Normal(1, 60, 1));
                var (before, after) = (Gate(latent, chosen, config, step), Gate(changed, chosen, config, step));
                for (var j = 0; j < 41; j++)
                {
                    if (Enumerable.Range(0, 60).Any(i => before[i * 41 + j] != after[i * 41 + j])) reach[kind] = Math.Max(reach[kind], Math.Abs(j - 20));
                }
            }
        }

        Assert.InRange(reach["structural"], 4, 6);
        Assert.InRange(reach["nsm"], 1, 3);
    }

    [Fact]
    public void Complete_tasks_have_no_gap()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, Draw(AlwaysMissing with { CompleteShare = 1 }, 0, 8, 50).Observed.min().item<float>());
    }

    [Fact]
    public void Labels_use_the_classes_of_their_task_only_and_are_always_observed()
    {
        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            var batch = Draw(AlwaysMissing, step, 16, 300);
            var classes = batch.Classes.to(ScalarType.Float32).ToFloats();
            Assert.All(classes, count => Assert.InRange(count, 2, 10));
            Assert.True(batch.Labels.lt(batch.Classes.view(-1, 1)).all().item<bool>());
            Assert.True(batch.Labels.ge(0).all().item<bool>());
            Assert.Equal([batch.Tasks, batch.Rows], batch.Labels.shape);
        }
    }

    [Fact]
    public void The_share_of_categorical_features_is_as_configured()
    {
        var (categorical, all) = (0, 0);
        for (var step = 0; step < 40; step++)
        {
            using var scope = NewDisposeScope();
            var batch = Draw(AlwaysMissing, step, 8, 60);
            // Every value whole: a code. Values of the other features are real numbers.
            var whole = batch.Values.eq(batch.Values.floor()).all(1).to(ScalarType.Float32).ToFloats();
            categorical += whole.Count(flag => flag == 1);
            all += whole.Length;
        }

        // Binomial at 4.5 standard deviations: false alarm below 1e-5.
        Assert.InRange(categorical / (double)all, 0.2 - 4.5 * Math.Sqrt(0.16 / all), 0.2 + 4.5 * Math.Sqrt(0.16 / all));
    }

    [Fact]
    public void All_values_are_finite()
    {
        for (var step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            Assert.All(Draw(new PriorConfig(), step, 4, 128).Values.ToFloats(), value => Assert.True(float.IsFinite(value)));
            // Columns on which several pieces act: their squares are summed in single precision.
            Assert.All(Draw(PiecesOnPieces, step, 4, 128).Values.ToFloats(), value => Assert.InRange(value, -1e9f, 1e9f));
        }
    }

    [Fact]
    public void Each_task_has_its_own_pieces_in_the_configured_shares()
    {
        var (tree, self, zeros, tasks, columns) = (0, 0, 0, 0, 0);
        for (var step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            var batch = Draw(AllPieces, step, 16, 16);
            tree += batch.Equations.Count(name => name == "tree");
            self += batch.Masks.Count(name => name == "self_masking");
            zeros += (int)batch.Columns.Single(piece => piece.Name == "zero_inflated").Chosen.sum().item<long>();
            (tasks, columns) = (tasks + 16, columns + 16 * (int)batch.Features);
        }

        // Binomial at 4.5 standard deviations: false alarm below 1e-5 each.
        AssertShare(0.3, tree, tasks);
        AssertShare(0.15, self, tasks);
        AssertShare(0.1, zeros, columns);

        static void AssertShare(double share, int count, int of) =>
            Assert.InRange(count / (double)of, share - 4.5 * Math.Sqrt(share * (1 - share) / of), share + 4.5 * Math.Sqrt(share * (1 - share) / of));
    }

    [Fact]
    public void Pieces_draw_for_their_own_tasks()
    {
        using var scope = NewDisposeScope();
        using var random = Noise(0);
        var pieces = new Dictionary<string, int> { ["one"] = 1, ["two"] = 2, ["three"] = 3 };
        var assigned = new PieceMixture<int>(pieces, new Dictionary<string, double> { ["one"] = 0.5, ["two"] = 0.3, ["three"] = 0.2 }).Assign(random, 40);
        var batch = arange(40, ScalarType.Float32);
        var drawn = assigned.Draw((piece, tasks) => tasks.Of(batch) * 10 + piece).ToFloats();
        Assert.Equal(3, assigned.Groups.Count);
        Assert.Equal(Enumerable.Range(0, 40).Select(task => task * 10f + pieces[assigned.NameOf(task)]), drawn);
    }

    private static StepRandom Noise(long step) => new(7, RandomPurpose.Prior, step, CPU);

    private static TaskBatch Draw(PriorConfig config, long step, long tasks, long rows)
    {
        using var random = Noise(step);
        return new ScmPrior(config).Draw(random, config.MissingRateWarmUp, tasks, rows);
    }

    private static float[] Gate(Tensor latent, Tensor chosen, PriorConfig config, long step)
    {
        using var random = Noise(step);
        var masks = new PieceMixture<IMask>(MaskPieces.All, MaskPieces.Shares(config)).Assign(random, latent.shape[0]);
        return MissingnessGate.Draw(random, masks, new MaskScene(latent, chosen, Coordinates.Take(latent, chosen)), 0.8, config).ToFloats();
    }

    // Mean absolute correlations between a feature's values and its mask, and between masks of neighbouring features, on fully continuous tasks.
    private static (double Value, double Mask) Correlations(string kind)
    {
        var (values, masks) = (new List<double>(), new List<double>());
        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            var batch = Draw(AlwaysMissing with { Kind = kind, CategoricalShare = 0 }, step, 8, 400);
            var (x, m) = (Standard(batch.Values), Standard(batch.Observed));
            values.AddRange((x * m).mean([1]).abs().ToFloats().Select(r => (double)r));
            if (batch.Features > 1)
            {
                masks.AddRange(
                    (m.narrow(2, 1, batch.Features - 1) * m.narrow(2, 0, batch.Features - 1)).mean([1]).abs().ToFloats()
                        .Select(r => (double)r));
            }
        }

        return (values.Average(), masks.Average());
    }

    private static Tensor Standard(Tensor x)
    {
        var centred = x - x.mean([1], true);
        return centred / (centred.square().mean([1], true).sqrt() + 1e-6);
    }
}
