using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class ClassGuessTests : IDisposable
{
    private const int Tables = 64;
    private const int Context = 100;
    private const int Rows = 160;
    private const int Features = 5;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// A linear boundary between two classes. Bayes' rule knows it exactly where a row shows everything; from a third of the cells less a row tells less,
    /// but still more than the frequencies.
    /// </summary>
    [Theory]
    [InlineData(0, 0.35)]
    [InlineData(0.3, 0.15)]
    public void A_linear_boundary_is_told(double missing, double gain)
    {
        var (values, observed, random) = Draw(missing);
        var scores = values.matmul(random.Normal(Tables, Features, 1)).squeeze(2);
        var labels = scores.gt(0).to(ScalarType.Int64);
        var guess = Of(values, observed, labels, 1);
        Assert.True(Gain(guess, labels, 0, Context, Rows) > gain, $"{Gain(guess, labels, 0, Context, Rows)}");
    }

    /// <summary>
    /// Labels that have nothing to do with their rows. What a guess gains on the context's own labels would be their leak: a mean over 64 tables x 100 rows,
    /// of which it may not be above 0 by more than 0.01 nats; with the own row among the near ones the narrow guess gains more than 0.3.
    /// </summary>
    [Fact]
    public void No_guess_of_a_context_row_knows_its_own_label()
    {
        var (values, observed, random) = Draw(0.2);
        var labels = random.Bernoulli(0.5, Tables, Rows).to(ScalarType.Int64);
        var guess = Of(values, observed, labels, 1);
        for (var i = 0; i < PfnConstants.ClassGuesses; i++)
        {
            var gain = Gain(guess, labels, i, 0, Context);
            Assert.True(gain < 0.01, $"guess {i}: {gain}");
        }

        // The control: the same rows asked again, as if they were others.
        var again = Of(cat([values.narrow(1, 0, Context), values.narrow(1, 0, Rows - Context)], 1),
            cat([observed.narrow(1, 0, Context), observed.narrow(1, 0, Rows - Context)], 1), labels, 1);
        var own = cat([labels.narrow(1, 0, Context), labels.narrow(1, 0, Rows - Context)], 1);
        Assert.True(Gain(again, own, 1, Context, Rows) > 0.3, $"{Gain(again, own, 1, Context, Rows)}");
    }

    /// <summary>A column of noise ten times over hides near rows from those who count all columns alike, not from those who count what tells.</summary>
    [Fact]
    public void Near_rows_are_found_by_the_columns_that_tell()
    {
        var (values, observed, random) = Draw(0);
        var labels = values.select(2, 0).gt(0).to(ScalarType.Int64);
        var noisy = cat([values, random.Normal(Tables, Rows, 10)], 2);
        var guess = Of(noisy, ones_like(noisy), labels, 1);
        var bandwidths = PfnConstants.Bandwidths.Length;
        var (alike, weighed) = (Gain(guess, labels, bandwidths, Context, Rows), Gain(guess, labels, 2 * bandwidths, Context, Rows));
        Assert.True(weighed > alike + 0.1, $"{weighed}, {alike}");
    }

    [Fact]
    public void Without_labels_nothing_is_told()
    {
        var (values, observed, random) = Draw(0.2);
        var guess = Of(values, observed, random.Bernoulli(0.5, Tables, Rows).to(ScalarType.Int64), 0);
        Assert.Equal(0, guess.Scores.abs().max().item<float>(), 1e-5);
        Assert.Equal(0, (guess.Frequencies - guess.Frequencies.mean([2], true)).abs().max().item<float>(), 1e-6);
    }

    private static (Tensor Values, Tensor Observed, StepRandom Random) Draw(double missing)
    {
        var random = new StepRandom(5, RandomPurpose.Prior, 0, CPU);
        return (random.Normal(Tables, Rows, Features), random.Uniform(Tables, Rows, Features).ge(missing).to(ScalarType.Float32), random);
    }

    private static ClassGuess Of(Tensor values, Tensor observed, Tensor labels, double labelled) =>
        ClassGuess.Of(values, observed, labels.narrow(1, 0, Context), full([Tables, 1, 1], labelled), 2);

    // Mean gain of a guess over the frequencies on some rows' labels, nats.
    private static double Gain(ClassGuess guess, Tensor labels, int number, int from, int to)
    {
        Tensor Of(Tensor logits) => logits.log_softmax(2).gather(2, labels.narrow(1, from, to - from).unsqueeze(2));
        var told = (guess.Frequencies + guess.Scores.select(2, number)).narrow(1, from, to - from);
        return (Of(told) - Of(guess.Frequencies.expand_as(told))).mean().item<float>();
    }
}
