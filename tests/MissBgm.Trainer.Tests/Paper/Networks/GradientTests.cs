using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Paper.Networks;

/// <summary>Every gradient the fit follows, in double precision against central differences of the loss it belongs to.</summary>
public sealed class GradientTests : IDisposable
{
    private const int Rows = 6;
    private const int Columns = 4;
    private const int LatentDimension = 3;
    private readonly MissBgmModel _model;
    private readonly RowSteps _steps;
    private readonly Tensor _z = Random(1, LatentDimension);
    private readonly Tensor _x = Random(2, Columns);
    private readonly Tensor _observed = Random(3, Columns).gt(0).to(ScalarType.Float64);

    public GradientTests()
    {
        var config = new PaperConfig { GUnits = [8, 7], MissingnessUnits = [5, 6], Beta = 0.3 };
        _model = new MissBgmModel(LatentDimension, config, new RowLayout(Columns, []), new Philox(11), CPU, ScalarType.Float64);
        _steps = new RowSteps(_model, new Adam(config.LrZ, 0.9, 0.99), new Adam(config.LrX, 0.9, 0.99), config.Beta, clip: 25);
        _model.Generator.InputNorm.Mean.fill_(0.1);
        _model.Generator.InputNorm.Variance.fill_(1.3);
    }

    public void Dispose()
    {
        _model.Dispose();
        _z.Dispose();
        _x.Dispose();
        _observed.Dispose();
    }

    [Fact]
    public void Latent_gradient_is_that_of_equation_6()
        => AssertGradient(_z, z => RowSteps.LatentLoss(z, _x, _model.Generator.Forward(z, ForwardMode.Inference)));

    [Fact]
    public void Missing_value_gradient_is_that_of_equation_8()
    {
        var output = _model.Generator.Forward(_z, ForwardMode.Inference);
        AssertGradient(_x, x => _steps.MissingLoss(x, output, _observed));
    }

    [Fact]
    public void Generator_gradient_passes_through_batch_normalisation_by_batch_statistics()
        => AssertParameterGradient(_model.Generator.Parameters, () => Energies.Data(_x, _model.Generator.Forward(_z, ForwardMode.Training)));

    [Fact]
    public void Mask_network_gradient_is_that_of_equation_3()
        => AssertParameterGradient(_model.Mask.Parameters, () => Energies.Mask(_model.Mask.Forward(_x, trainable: true), _observed));

    [Fact]
    public void Equation_6_is_the_negative_log_density_of_a_gaussian_up_to_a_constant()
    {
        var output = _model.Generator.Forward(_z, ForwardMode.Inference);
        var (mean, variance, x, z) = (Host(output.Mean), Host(output.Variance), Host(_x), Host(_z));
        var expected = z.Sum(v => v * v / 2) + x.Select((v, i) => (v - mean[i]) * (v - mean[i]) / (2 * variance[i]) + Math.Log(variance[i]) / 2).Sum();

        Assert.Equal(expected, RowSteps.LatentLoss(_z, _x, output).ToDouble(), 1e-10);
    }

    [Fact]
    public void With_a_low_rank_part_equation_2_is_the_log_density_of_the_full_covariance_and_its_gradients_are_right()
    {
        var config = new PaperConfig { GUnits = [8, 7], MissingnessUnits = [5], Covariance = new CovarianceConfig { Kind = "low_rank", Rank = 3 } };
        using var scope = NewDisposeScope();
        using var model = new MissBgmModel(LatentDimension, config, new RowLayout(Columns, []), new Philox(11), CPU, ScalarType.Float64);
        var output = model.Generator.Forward(_z, ForwardMode.Inference);
        var covariance = output.Variance.unsqueeze(2).mul(eye(Columns, dtype: ScalarType.Float64)).add(output.Factor!.matmul(output.Factor.mT));
        var residual = _x.sub(output.Mean).unsqueeze(2);
        var expected = residual.mul(linalg.solve(covariance, residual)).sum().add(linalg.slogdet(covariance).Item2.sum()).ToDouble() / 2;

        Assert.Equal(expected, Energies.Data(_x, output).ToDouble(), 1e-9);
        AssertGradient(_z, z => RowSteps.LatentLoss(z, _x, model.Generator.Forward(z, ForwardMode.Inference)));
        AssertGradient(_x, x => Energies.Data(x, output));
        AssertParameterGradient(model.Generator.Parameters, () => Energies.Data(_x, model.Generator.Forward(_z, ForwardMode.Training)));
    }

    [Fact]
    public void The_mask_energy_is_the_negative_log_likelihood_of_bernoulli_draws()
    {
        var logits = Random(5, Columns);
        var expected = Host(logits).Zip(Host(_observed)).Sum(pair => -Math.Log(1 / (1 + Math.Exp(pair.Second == 1 ? -pair.First : pair.First))));

        Assert.Equal(expected, Energies.Mask(logits, _observed).ToDouble(), 1e-10);
    }

    private static void AssertGradient(Tensor point, Func<Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var leaf = point.clone().requires_grad_();
        var gradient = Host(autograd.grad([loss(leaf)], [leaf])[0]);
        AssertCentralDifferences(point, gradient, () => loss(point).ToDouble());
    }

    internal static void AssertParameterGradient(ParameterBuffer parameters, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        parameters.Gradient.zero_();
        loss().backward();
        AssertCentralDifferences(parameters.Values, Host(parameters.Gradient), () => loss().ToDouble());
    }

    private static void AssertCentralDifferences(Tensor values, double[] gradient, Func<double> loss)
    {
        const double Step = 1e-5;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var flat = values.view(-1);
        Assert.Contains(gradient, g => Math.Abs(g) > 1e-3);
        for (var i = 0; i < gradient.Length; i++)
        {
            var element = flat.narrow(0, i, 1);
            element.add_(Step);
            var above = loss();
            element.sub_(2 * Step);
            var below = loss();
            element.add_(Step);
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-6 * (1 + Math.Abs(gradient[i])));
        }
    }

    private static double[] Host(Tensor tensor) => tensor.detach().contiguous().data<double>().ToArray();

    private static Tensor Random(int stream, int columns)
    {
        var values = new float[Rows * columns];
        new Philox(5).Normals(values, RandomPurpose.Simulation, stream, 0, 0);
        return tensor(values, [Rows, columns], ScalarType.Float64);
    }
}
