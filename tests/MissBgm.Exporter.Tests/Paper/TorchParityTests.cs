using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;
using static TorchSharp.torch;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>Values and gradients of the emitted graphs against libtorch and its autograd, both in float32.</summary>
public class TorchParityTests
{
    private const int D = 5;

    [Theory]
    [MemberData(nameof(CatalogueGradientTests.Sizes), MemberType = typeof(CatalogueGradientTests))]
    public void The_latent_graph_agrees_with_autograd(int n, int p)
    {
        using var scope = NewDisposeScope();
        var weights = Randomly.Generator(D, [32, 32], p, stream: 40 + p);
        var (z, x) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * p, 2));
        var variable = Matrix(z, n, D).requires_grad_();
        var (mean, variance) = Generator(weights, variable);
        var density = (variable.square().sum(1L) + ((Matrix(x, n, p) - mean).square() / variance + variance.log()).sum(1L)) * -0.5;
        density.sum().backward();
        var emitted = Host.Run(LatentGradientGraph.Build(weights), ("z", z, [n, D]), ("x", x, [n, p]));
        Near(density, emitted["log_density"]);
        Near(variable.grad!, emitted["gradient"]);
        var output = Host.Run(GeneratorGraph.Build(weights), ("z", z, [n, D]));
        Near(mean, output["mean"]);
        Near(variance, output["variance"]);
    }

    [Theory]
    [MemberData(nameof(CatalogueGradientTests.Sizes), MemberType = typeof(CatalogueGradientTests))]
    public void The_missing_graph_agrees_with_autograd(int n, int p)
    {
        using var scope = NewDisposeScope();
        var weights = Randomly.Perceptron(p, [16, 16], p, stream: 140 + p);
        var (x, mean, variance, observed) =
            (Randomly.Normals(n * p, 2), Randomly.Normals(n * p, 3), Randomly.Uniforms(n * p, 4, 0.1, 2), Randomly.Bits(n * p, 5, 0.7));
        var variable = Matrix(x, n, p).requires_grad_();
        var r = Matrix(observed, n, p);
        var logits = Perceptron(weights, variable);
        var mask = nn.functional.binary_cross_entropy_with_logits(logits, r, reduction: nn.Reduction.None).sum(1L);
        var density = ((variable - Matrix(mean, n, p)).square() / Matrix(variance, n, p)).sum(1L) * -0.5 - mask * 0.4;
        density.sum().backward();
        var emitted = Host.Run(
            MissingGradientGraph.Build(weights), ("x", x, [n, p]), ("mean", mean, [n, p]), ("variance", variance, [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.4], []));
        Near(density, emitted["log_density"]);
        Near(variable.grad! * (1 - r), emitted["gradient"]);
        Near(logits, Host.Run(MaskGraph.Build(weights), ("x", x, [n, p]))["logits"]);
    }

    [Theory]
    [MemberData(nameof(CatalogueGradientTests.Sizes), MemberType = typeof(CatalogueGradientTests))]
    public void The_jacobian_graph_agrees_with_autograd(int n, int p)
    {
        using var scope = NewDisposeScope();
        var weights = Randomly.Generator(D, [32, 32], p, stream: 40 + p);
        var z = Randomly.Normals(n * D, 1);
        var variable = Matrix(z, n, D).requires_grad_();
        var (mean, variance) = Generator(weights, variable);
        var emitted = Host.Run(GeneratorJacobianGraph.Build(weights), ("z", z, [n, D]));
        Near(Jacobian(mean, variable), emitted["mean_jacobian"]);
        Near(Jacobian(variance.log(), variable), emitted["log_variance_jacobian"]);
    }

    [Theory]
    [MemberData(nameof(CatalogueGradientTests.Sizes), MemberType = typeof(CatalogueGradientTests))]
    public void The_posterior_graph_agrees_with_autograd(int n, int p)
    {
        using var scope = NewDisposeScope();
        var generator = Randomly.Generator(D, [32, 32], p, stream: 40 + p);
        var network = Randomly.Perceptron(p, [16, 16], p, stream: 140 + p);
        var (z, noise, x, observed) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * p, 2), Randomly.Normals(n * p, 3), Randomly.Bits(n * p, 4, 0.7));
        var (latent, standardised) = (Matrix(z, n, D).requires_grad_(), Matrix(noise, n, p).requires_grad_());
        var r = Matrix(observed, n, p);
        var (mean, variance) = Generator(generator, latent);
        var completed = r * Matrix(x, n, p) + (1 - r) * (mean + variance.sqrt() * standardised);
        var mask = nn.functional.binary_cross_entropy_with_logits(Perceptron(network, completed), r, reduction: nn.Reduction.None).sum(1L);
        var cells = r * ((completed - mean).square() / variance + variance.log()) + (1 - r) * standardised.square();
        var density = (latent.square().sum(1L) + cells.sum(1L)) * -0.5 - mask * 0.4;
        density.sum().backward();
        // The posterior does not involve the encoder.
        var weights = new MissBgmWeights(generator, network, Randomly.Perceptron(p, [16], D, stream: 240 + p));
        var emitted = Host.Run(
            PosteriorGradientGraph.Build(weights), ("z", z, [n, D]), ("noise", noise, [n, p]), ("x", x, [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.4], []));
        Near(density, emitted["log_density"]);
        Near(latent.grad!, emitted["latent_gradient"]);
        Near(standardised.grad!, emitted["noise_gradient"]);
        Near(completed, emitted["completed"]);
    }

    // [N, p, d], a column of the output at a time: rows do not touch each other, so the gradient of a column's sum holds every row's own.
    private static Tensor Jacobian(Tensor output, Tensor z) =>
        stack([.. Enumerable.Range(0, (int)output.shape[1]).Select(column => autograd.grad([output.select(1, column).sum()], [z], retain_graph: true)[0])], 1);

    private static (Tensor Mean, Tensor Variance) Generator(GeneratorWeights weights, Tensor z)
    {
        var norm = weights.InputNorm!;
        var h = (z - tensor(norm.Mean)) / (tensor(norm.Variance) + norm.Epsilon).sqrt() * tensor(norm.Scale) + tensor(norm.Offset);
        foreach (var layer in weights.Hidden) h = nn.functional.leaky_relu(Dense(layer, h), weights.LeakySlope);
        return (Dense(weights.Mean, h), nn.functional.softplus(Dense(weights.Variance, h)) + weights.VarianceFloor);
    }

    private static Tensor Perceptron(PerceptronWeights weights, Tensor x)
    {
        foreach (var layer in weights.Hidden) x = nn.functional.leaky_relu(Dense(layer, x), weights.LeakySlope);
        return Dense(weights.Output, x);
    }

    private static Tensor Dense(DenseWeights layer, Tensor x) => x.matmul(tensor(layer.Kernel).reshape(layer.Inputs, layer.Outputs)) + tensor(layer.Bias);

    private static Tensor Matrix(double[] values, int rows, int columns) => tensor(Array.ConvertAll(values, value => (float)value)).reshape(rows, columns);

    private static void Near(Tensor expected, double[] actual)
    {
        var values = Array.ConvertAll(expected.detach().contiguous().data<float>().ToArray(), value => (double)value);
        Assert.Equal(values.Length, actual.Length);
        var scale = Math.Max(1, values.Max(Math.Abs));
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i], 1e-5 * scale);
    }
}
