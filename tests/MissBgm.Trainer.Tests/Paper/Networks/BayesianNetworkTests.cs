using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Paper.Networks;

/// <summary>Networks with a variational posterior of their weights (MissBGM Eq. 10, Appendix E.1).</summary>
[Collection("live tensors")]
public sealed class BayesianNetworkTests
{
    private const int Rows = 6;
    private const int Columns = 4;
    private static readonly PaperConfig Bayesian = SmallFit.AsPublished with { UseBnn = true, WeightDraws = 3 };
    private static readonly PaperConfig Tiny = new() { GUnits = [5, 4], MissingnessUnits = [5], UseBnn = true };

    [Fact]
    public void The_gradient_of_means_and_rhos_through_flipout_layers_is_right()
    {
        using var scope = NewDisposeScope();
        using var model = new MissBgmModel(3, Tiny, new RowLayout(Columns, []), new Philox(11), CPU, ScalarType.Float64);
        using var z = Random(1, Rows, 3);
        using var x = Random(2, Rows, Columns);
        using var observed = Random(3, Rows, Columns).gt(0).to(ScalarType.Float64);

        // A draw restarts the sequence of signs, so that each evaluation sees the same noise.
        GradientTests.AssertParameterGradient(model.Generator.Parameters, () =>
        {
            model.DrawWeights(WeightStage.Fit, 3);
            return Energies.Data(x, model.Generator.Forward(z, ForwardMode.Training));
        });
        GradientTests.AssertParameterGradient(model.Mask.Parameters, () =>
        {
            model.DrawWeights(WeightStage.Fit, 3);
            return Energies.Mask(model.Mask.Forward(x, trainable: true), observed);
        });
    }

    [Fact]
    public void The_divergence_is_that_of_normal_laws_and_its_gradient_is_right()
    {
        using var scope = NewDisposeScope();
        using var model = new MissBgmModel(3, Tiny, new RowLayout(Columns, []), new Philox(11), CPU, ScalarType.Float64);
        var (parameters, posterior) = (model.Mask.Parameters, model.Mask.Parameters.Posterior!);
        var (mean, rho) = (Host(parameters.Values.view(2, -1).select(0, 0)), Host(parameters.Values.view(2, -1).select(0, 1)));
        posterior.Draw(WeightStage.Fit, 0);
        var kernel = Array.ConvertAll(Host(posterior.Noise), noise => noise != 0);
        Assert.Equal(4 * 5 + 5 * 4, kernel.Count(k => k));
        var expected = 0.0;
        for (var i = 0; i < mean.Length; i++)
        {
            var sigma = Math.Log(1 + Math.Exp(rho[i]));
            expected += mean[i] * mean[i] / (2 * 0.01) + (kernel[i] ? sigma * sigma / (2 * 0.01) - Math.Log(sigma / 0.1) - 0.5 : 0);
        }

        parameters.Gradient.zero_();
        Assert.Equal(0.7 * expected, posterior.AddDivergence(0.7), 1e-9 * expected);
        var gradient = Host(parameters.Gradient);
        const double Step = 1e-6;
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double shift)
            {
                parameters.Values.narrow(0, i, 1).add_(shift);
                var value = posterior.AddDivergence(0.7);
                parameters.Values.narrow(0, i, 1).add_(-shift);
                return value;
            }

            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[i], 1e-5 * (1 + Math.Abs(gradient[i])));
        }
    }

    // 12 means within 4.5 of their standard errors and 12 variances within 4.5 standard errors of a variance (of 4,000 draws): a right
    // layer fails less than once in 5,000 seeds.
    [Fact]
    public void A_flipout_layer_has_the_mean_and_variance_of_a_layer_with_random_weights()
    {
        const int Draws = 4000;
        using var scope = NewDisposeScope();
        var builder = new ParameterBuilder(new Philox(4), NetworkRole.Mask);
        var layer = builder.Dense(3, 2);
        using var parameters = builder.Build(ScalarType.Float64, CPU, bayesian: true);
        parameters.Values.narrow(0, 8, 6).copy_(tensor(new[] { -1f, 0f, 0.5f, 1f, -2f, 2f }));
        var sigma = Host(parameters.Values.narrow(0, 8, 6).softplus());
        var x = Random(2, Rows, 3);
        var (values, weights) = (Host(x), Host(layer.Apply(parameters, x, trainable: false)));
        var (sum, squares) = (new double[Rows * 2], new double[Rows * 2]);
        for (var draw = 0; draw < Draws; draw++)
        {
            using var inner = NewDisposeScope();
            parameters.Posterior!.Draw(WeightStage.Fit, draw);
            var y = Host(layer.Apply(parameters, x, trainable: true));
            for (var i = 0; i < y.Length; i++) (sum[i], squares[i]) = (sum[i] + y[i] - weights[i], squares[i] + (y[i] - weights[i]) * (y[i] - weights[i]));
        }

        for (var i = 0; i < sum.Length; i++)
        {
            var variance = Enumerable.Range(0, 3).Sum(k => Math.Pow(values[i / 2 * 3 + k] * sigma[2 * k + i % 2], 2));
            Assert.InRange(Math.Abs(sum[i] / Draws), 0, 4.5 * Math.Sqrt(variance / Draws));
            Assert.InRange(squares[i] / Draws / variance, 1 - 4.5 * Math.Sqrt(2.0 / Draws), 1 + 4.5 * Math.Sqrt(2.0 / Draws));
        }
    }

    [Fact]
    public void Rows_of_a_batch_see_different_weights()
    {
        using var scope = NewDisposeScope();
        var builder = new ParameterBuilder(new Philox(4), NetworkRole.Mask);
        var layer = builder.Dense(3, 2);
        using var parameters = builder.Build(ScalarType.Float64, CPU, bayesian: true);
        parameters.Posterior!.Draw(WeightStage.Fit, 0);
        var y = Host(layer.Apply(parameters, ones(16, 3, ScalarType.Float64), trainable: true));

        Assert.True(Enumerable.Range(0, 16).Select(row => y[2 * row]).Distinct().Count() > 3);
    }

    [Fact]
    public void A_fit_gives_the_means_and_as_many_draws_around_them_as_asked_for()
    {
        var result = MissBgmFitTests.Fit(Bayesian);

        Assert.Equal(3, result.WeightDraws.Count);
        var mean = result.Weights.Generator.Mean.Kernel;
        var drawn = result.WeightDraws.Select(draw => draw.Generator.Mean.Kernel).ToArray();
        Assert.NotEqual(drawn[0], drawn[1]);
        var spread = drawn.SelectMany(kernel => kernel.Zip(mean, (a, b) => (double)a - b)).Average(d => d * d);
        Assert.InRange(Math.Sqrt(spread), 0.02, 0.2);
        Assert.All(result.WeightDraws, draw => Assert.Equal(result.Weights.Generator.Mean.Bias, draw.Generator.Mean.Bias));
        Assert.All(result.WeightDraws, draw => Assert.Equal(result.Weights.Encoder.Output.Kernel, draw.Encoder.Output.Kernel));
        Assert.NotEqual(result.Weights.Mask.Output.Kernel, result.WeightDraws[0].Mask.Output.Kernel);
        Assert.Empty(MissBgmFitTests.Fit().WeightDraws);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        var (first, second) = (MissBgmFitTests.Fit(Bayesian), MissBgmFitTests.Fit(Bayesian));

        MissBgmFitTests.AssertSame(first, second);
        Assert.Equal(first.WeightDraws[2].Generator.Hidden[0].Kernel, second.WeightDraws[2].Generator.Hidden[0].Kernel);
    }

    [Fact]
    public void A_large_weight_of_the_divergence_pulls_the_weights_to_their_prior()
    {
        double Size(double weight) =>
            MissBgmFitTests.Fit(Bayesian with { KlWeight = weight, Epochs = 60 }).Weights.Mask.Hidden[0].Kernel.Average(w => (double)w * w);

        Assert.True(Size(10) < 0.2 * Size(0), $"{Size(10)} {Size(0)}");
    }

    [Fact]
    public void A_hundred_steps_leave_the_number_of_live_tensors_unchanged()
    {
        var live = new List<long>();
        var before = Tensor.TotalCount;

        MissBgmFit.Run(
            SmallFit.Table,
            SmallFit.Of(Bayesian with { Epochs = 30, EgmInit = SmallFit.Config.EgmInit with { NIter = 130 } }),
            new FitOptions { Progress = new MissBgmFitTests.Recorder(_ => live.Add(Tensor.TotalCount)) });

        Assert.Equal(live[10], live[110]);
        Assert.Equal(live[130 + 8], live[130 + 8 + 120]);
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static double[] Host(Tensor tensor) => tensor.detach().contiguous().data<double>().ToArray();

    private static Tensor Random(int stream, int rows, int columns)
    {
        var values = new float[rows * columns];
        new Philox(5).Normals(values, RandomPurpose.Simulation, stream, 0, 0);
        return tensor(values, [rows, columns], ScalarType.Float64);
    }
}
