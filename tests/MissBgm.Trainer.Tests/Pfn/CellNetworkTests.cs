using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

/// <summary>What the network over cells must and must not depend on, in double precision.</summary>
public sealed class CellNetworkTests : IDisposable
{
    private const int Context = 12;
    private const int Rows = 20;
    private const int Features = 5;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly PfnNetwork _network = TinyNetwork.Random(TinyNetwork.Cells, ScalarType.Float64);
    private readonly Tensor _values;
    private readonly Tensor _observed;
    private readonly Tensor _identity;
    private readonly Tensor _labels = tensor(Enumerable.Range(0, Context).Select(i => (long)(i % 3)).ToArray()).view(1, -1);

    public CellNetworkTests()
    {
        using var random = new StepRandom(23, RandomPurpose.Prior, 0, CPU);
        _values = random.Normal(1, Rows, Features).to(ScalarType.Float64);
        _observed = random.Uniform(1, Rows, Features).ge(0.3).to(ScalarType.Float64);
        _identity = random.Normal(1, Features, _network.Backbone.IdentityWidth).to(ScalarType.Float64);
    }

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void The_order_of_the_context_has_no_meaning()
    {
        var order = Order(Context, 1).Concat(Enumerable.Range(Context, Rows - Context).Select(i => (long)i)).ToArray();
        var shuffled = Run(_values.index_select(1, tensor(order)), _observed.index_select(1, tensor(order)), _labels.index_select(1, tensor(order[..Context])));
        var straight = Run(_values, _observed, _labels);
        AssertSame(straight.Classes, shuffled.Classes);
        AssertSame(straight.Cells.index_select(1, tensor(order)), shuffled.Cells);
    }

    [Fact]
    public void Columns_move_with_their_identities_and_leave_classes_alone()
    {
        var order = tensor(Order(Features, 2));
        var moved = Run(_values.index_select(2, order), _observed.index_select(2, order), _labels, _identity.index_select(1, order));
        var straight = Run(_values, _observed, _labels);
        AssertSame(straight.Classes, moved.Classes);
        AssertSame(straight.Cells.index_select(2, order), moved.Cells);
    }

    [Fact]
    public void Query_rows_know_nothing_of_each_other_and_the_context_nothing_of_them()
    {
        var changed = _values.clone();
        changed.narrow(1, Rows - 1, 1).add_(3);
        var (before, after) = (Run(_values, _observed, _labels), Run(changed, _observed, _labels));
        AssertSame(before.Cells.narrow(1, 0, Rows - 1), after.Cells.narrow(1, 0, Rows - 1));
        AssertSame(before.Classes.narrow(1, 0, Rows - Context - 1), after.Classes.narrow(1, 0, Rows - Context - 1));
        Assert.True((before.Classes - after.Classes).abs().max().item<double>() > 1e-4);
    }

    [Fact]
    public void What_stands_in_missing_cells_is_not_read_and_what_stands_in_observed_ones_is()
    {
        var before = Run(_values, _observed, _labels);
        AssertSame(before.Cells, Run(_values + (1 - _observed) * 5, _observed, _labels).Cells);
        Assert.True((before.Cells - Run(_values + _observed * 0.1, _observed, _labels).Cells).abs().max().item<double>() > 1e-4);
    }

    [Fact]
    public void Labels_that_are_withheld_are_not_read_and_others_are()
    {
        var others = (_labels + 1).remainder(3);
        AssertSame(Run(_values, _observed, _labels, labelled: 0).Cells, Run(_values, _observed, others, labelled: 0).Cells);
        Assert.True((Run(_values, _observed, _labels).Cells - Run(_values, _observed, others).Cells).abs().max().item<double>() > 1e-4);
    }

    [Fact]
    public void The_flow_of_a_cell_depends_on_the_noise_of_its_row_alone()
    {
        using var random = new StepRandom(23, RandomPurpose.Prior, 1, CPU);
        var encoding = Encode(_values, _observed, _labels, _identity, 1);
        var parameters = _network.Parameters.Views(false);
        var start = _network.Flow.Start(parameters, encoding, _values, _observed, Context);
        var state = random.Normal(_values.shape).to(ScalarType.Float64);
        Tensor Velocity(Tensor x) =>
            _network.Flow.Velocity(parameters, x, full([1, Rows, 1], 0.3, ScalarType.Float64), encoding, encoding.OfRows(0, Context), start);
        var changed = state.clone();
        changed.narrow(1, 3, 1).narrow(2, 1, 1).add_(1);
        var difference = (Velocity(state) - Velocity(changed)).abs();
        Assert.Equal(0, (difference.sum() - difference.narrow(1, 3, 1).sum()).item<double>(), 12);
        // Other cells of the row, too.
        Assert.True(difference[0, 3, 0].item<double>() > 1e-5);
    }

    [Fact]
    public void Bars_hold_the_values_between_their_edges_and_give_moments_back()
    {
        Assert.Equal(PfnConstants.Bars + 1, CellBars.Edges.Count);
        Assert.Equal(-PfnConstants.StandardisedLimit, CellBars.Edges[0], 9);
        Assert.Equal(PfnConstants.StandardisedLimit, CellBars.Edges[^1], 9);
        double[] values = [-8, -7.99, -1.3, -1e-3, 1e-3, 0.5, 2, 7.99, 8, 20];
        var bars = CellValues.BarsOf(tensor(values)).data<long>().ToArray();
        foreach (var (value, bar) in values.Zip(bars))
        {
            Assert.InRange(Math.Clamp(value, -8, 8), CellBars.Edges[(int)bar] - 1e-9, CellBars.Edges[(int)bar + 1] + 1e-9);
        }

        // Masses of a normal distribution of mean 0.4 and deviation 0.8.
        double[] masses = [.. CellBars.Edges.Zip(CellBars.Edges.Skip(1), (low, high) =>
            StandardNormal.Cdf((high - 0.4) / 0.8) - StandardNormal.Cdf((low - 0.4) / 0.8))];
        var (mean, deviation) = CellValues.Moments(tensor(masses).clamp_min(1e-300).log());
        // Within a bar the density is even, which shifts the mean by less than a twelfth of a bar's width.
        Assert.Equal(0.4, mean.item<double>(), 2);
        Assert.Equal(0.8, deviation.item<double>(), 2);
    }

    [Fact]
    public void A_fresh_network_that_asks_regressions_says_of_missing_cells_what_they_say()
    {
        using var network = new PfnNetwork(TinyNetwork.GuessingCells, 5, ScalarType.Float64, CPU);
        var parameters = network.Parameters.Views(false);
        var encoding = network.Backbone.Encode(parameters, _values, _observed, _labels, ones(1, 1, 1, dtype: ScalarType.Float64), _identity);
        var guess = encoding.Guess!;
        AssertSame(FlowBaseline.Of(_values, _observed, Context).Mean, guess.Mean);
        var (mean, deviation) = CellValues.Moments(network.Cells!.LogProbabilities(parameters, encoding.Cells!, guess));
        // Bars about two thirds of a standard deviation away are 0.2 wide, and the outermost cut the tails off.
        var missing = 1 - _observed;
        Assert.True(((mean - guess.Mean).abs() * missing).max().item<double>() < 0.1, $"{(mean - guess.Mean).abs().max().item<double>()}");
        var ratio = (deviation / guess.Spread * missing).sum() / missing.sum();
        Assert.InRange(ratio.item<double>(), 0.85, 1.05);
    }

    [Fact]
    public void What_regressions_guess_reaches_the_cells_and_the_classes()
    {
        using var network = TinyNetwork.Random(TinyNetwork.GuessingCells, ScalarType.Float64);
        var parameters = network.Parameters.Views(false);
        var blind = network.Parameters.Values.clone();
        // Without the weights of guess and error, a network of the same other weights.
        var place = 0L;
        foreach (var (name, shape) in network.Arrays)
        {
            if (name == "cell.kernel") blind.narrow(0, place + 2 * shape[1], 2 * shape[1]).zero_();
            place += shape.Aggregate(1L, (product, length) => product * length);
        }

        var seen = network.Backbone.Encode(parameters, _values, _observed, _labels, ones(1, 1, 1, dtype: ScalarType.Float64), _identity);
        network.Parameters.Values.copy_(blind);
        var unseen = network.Backbone.Encode(parameters, _values, _observed, _labels, ones(1, 1, 1, dtype: ScalarType.Float64), _identity);
        Assert.True((seen.Cells! - unseen.Cells!).abs().max().item<double>() > 1e-3);
        Assert.True((seen.Rows - unseen.Rows).abs().max().item<double>() > 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_equals_central_differences(bool guesses)
    {
        var config = TinyNetwork.PretrainCells with
        {
            DistillationShare = 0,
            UnlabelledShare = 0,
            Network = TinyNetwork.Cells with { Guesses = guesses },
        };
        using var network = TinyNetwork.Random(config.Network, ScalarType.Float64);
        var batch = Batch(config);
        var values = network.Parameters.Values;
        // The flow's start carries no gradient, so differences of the flow's loss would see more than autograd: each loss is told by itself.
        foreach (var only in new[] { config with { FlowShare = 0 }, config with { FlowShare = 0, CellWeight = 0 }, config with { FlowWeight = 0 } })
        {
            using var inner = NewDisposeScope();
            network.Parameters.Gradient.zero_();
            Loss(only, trainable: true).backward();
            var gradient = network.Parameters.Gradient.data<double>().ToArray();
            Assert.Contains(gradient, slope => Math.Abs(slope) > 1e-3);
            foreach (var i in new Philox(1).Permutation(gradient.Length, RandomPurpose.Shuffle, 0)[..50])
            {
                var difference = (At(i, 1e-5) - At(i, -1e-5)) / 2e-5;
                Assert.True(Math.Abs(difference - gradient[i]) < 1e-6 * Math.Max(1, Math.Abs(difference)), $"weight {i}: {gradient[i]} and {difference}");
            }

            double At(long weight, double shift)
            {
                using var off = no_grad();
                using var step = NewDisposeScope();
                values.narrow(0, weight, 1).add_(shift);
                var loss = Loss(only, trainable: false).item<double>();
                values.narrow(0, weight, 1).add_(-shift);
                return loss;
            }
        }

        Tensor Loss(PretrainConfig settings, bool trainable)
        {
            using var random = new StepRandom(5, RandomPurpose.Prior, 0, CPU);
            return PretrainLosses.Of(network, settings, batch, 28, random, trainable).Total(settings);
        }
    }

    [Fact]
    public void The_flows_gradient_equals_central_differences_given_its_start()
    {
        var encoding = Encode(_values, _observed, _labels, _identity, 1);
        var start = _network.Flow.Start(_network.Parameters.Views(false), encoding, _values, _observed, Context);
        using var random = new StepRandom(23, RandomPurpose.Prior, 2, CPU);
        var (state, weight) = (random.Normal(_values.shape).to(ScalarType.Float64), random.Normal(_values.shape).to(ScalarType.Float64));
        Loss(true).backward();
        var gradient = _network.Parameters.Gradient.data<double>().ToArray();
        foreach (var i in new Philox(1).Permutation(gradient.Length, RandomPurpose.Shuffle, 0)[..60])
        {
            var difference = (At(i, 1e-5) - At(i, -1e-5)) / 2e-5;
            Assert.True(Math.Abs(difference - gradient[i]) < 1e-6 * Math.Max(1, Math.Abs(difference)), $"weight {i}: {gradient[i]} and {difference}");
        }

        double At(long i, double shift)
        {
            using var off = no_grad();
            _network.Parameters.Values.narrow(0, i, 1).add_(shift);
            var loss = Loss(false).item<double>();
            _network.Parameters.Values.narrow(0, i, 1).add_(-shift);
            return loss;
        }

        Tensor Loss(bool trainable)
        {
            var parameters = _network.Parameters.Views(trainable);
            var rows = _network.Backbone.Encode(parameters, _values, _observed, _labels, ones(1, 1, 1, dtype: ScalarType.Float64), _identity);
            var time = full([1, Rows, 1], 0.4, ScalarType.Float64);
            return (_network.Flow.Velocity(parameters, state, time, rows, rows.OfRows(0, Context), start) * weight).sum();
        }
    }

    [Fact]
    public void A_numeric_target_is_a_column_that_no_query_row_shows()
    {
        using var random = new StepRandom(5, RandomPurpose.Prior, 0, CPU);
        var batch = new ScmPrior(TinyNetwork.PretrainCells.Prior with { CompleteShare = 1 }).Draw(random, 1000, 40, 30);
        var shown = TargetColumn.Hide(random, batch, 20, 0.5).Observed;
        Assert.Equal(1, shown.narrow(1, 0, 20).min().item<float>());
        var hidden = (1 - shown.narrow(1, 20, 10)).sum(1).ToFloats();
        Assert.All(hidden, count => Assert.True(count is 0 or 10));
        // Half of 40 tasks, one column each: binomial at four standard deviations.
        Assert.InRange(hidden.Count(count => count == 10), 20 - 13, 20 + 13);
    }

    private static TaskBatch Batch(PretrainConfig config)
    {
        using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
        var batch = new ScmPrior(config.Prior).Draw(random, 1000, 3, 40);
        return batch with { Values = batch.Values.to(ScalarType.Float64), Observed = batch.Observed.to(ScalarType.Float64) };
    }

    private static long[] Order(int count, int seed) => [.. new Philox((ulong)seed).Permutation(count, RandomPurpose.Shuffle, 0).Select(i => (long)i)];

    private (Tensor Classes, Tensor Cells) Run(Tensor values, Tensor observed, Tensor labels, Tensor? identity = null, double labelled = 1)
    {
        var encoding = Encode(values, observed, labels, identity ?? _identity, labelled);
        var parameters = _network.Parameters.Views(false);
        return (
            _network.Backbone.LogProbabilities(parameters, encoding.OfRows(Context, Rows - Context), tensor(new long[] { 3 })),
            _network.Cells!.LogProbabilities(parameters, encoding.Cells!, encoding.Guess));
    }

    private Encoding Encode(Tensor values, Tensor observed, Tensor labels, Tensor identity, double labelled) => _network.Backbone.Encode(
        _network.Parameters.Views(false), values, observed, labels, ones(1, 1, 1, dtype: ScalarType.Float64) * labelled, identity);

    private static void AssertSame(Tensor expected, Tensor actual) => Assert.True((expected - actual).abs().max().item<double>() < 1e-10);
}
