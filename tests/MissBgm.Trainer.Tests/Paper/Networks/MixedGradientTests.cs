using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MissBgm.Trainer.Tests.Paper.Networks;

/// <summary>Tables with discrete columns: what the fit follows against central differences, and what it exports against its own networks.</summary>
public sealed class MixedGradientTests
{
    private const int D = 3;
    private static readonly DiscreteColumn[] Columns = [new(2, false), new(4, true), new(3, false), new(3, true)];

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Gradients_of_z_and_theta_are_those_of_the_log_density(int continuous)
    {
        const int Rows = 5;
        using var scope = NewDisposeScope();
        using var model = Model(continuous, Columns, ScalarType.Float64);
        var (z, x) = (Normals(1, Rows, D).to(ScalarType.Float64), tensor(Encoded(model.Generator.Layout, Rows), ScalarType.Float64));
        var leaf = z.clone().requires_grad_();
        var gradient = autograd.grad([Energies.Data(x, model.Generator.Forward(leaf, ForwardMode.Inference))], [leaf])[0];
        AssertCentralDifferences(z, gradient, () => Energies.Data(x, model.Generator.Forward(z, ForwardMode.Inference)).ToDouble());

        var parameters = model.Generator.Parameters;
        parameters.Gradient.zero_();
        Energies.Data(x, model.Generator.Forward(z, ForwardMode.Training)).backward();
        AssertCentralDifferences(
            parameters.Values, parameters.Gradient.clone(),
            () => Energies.Data(x, model.Generator.Forward(z, ForwardMode.Training)).ToDouble());
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 4)]
    [InlineData(7, 2, 4)]
    [InlineData(7, 0, 4)]
    [InlineData(40, 3, 2)]
    public void The_exported_graphs_equal_the_trainers_networks(int rows, int continuous, int discrete)
    {
        using var scope = NewDisposeScope();
        using var model = Model(continuous, Columns[..discrete], ScalarType.Float32);
        var weights = model.Export();
        var generator = weights.Generator;
        var layout = model.Generator.Layout;
        var (z, encoded) = (Normals(1, rows, D), Encoded(layout, rows));
        var x = layout.Numbers([.. encoded.Cast<float>()]);
        var leaf = z.clone().requires_grad_();
        var output = model.Generator.Forward(leaf, ForwardMode.Inference);
        var density = Energies.Data(tensor(encoded), output).add(Energies.Prior(leaf)).neg();
        density.backward();

        var heads = Run(GeneratorGraph.Build(generator), ("z", Host(z), [rows, D]));
        AssertClose(Host(output.LogProbabilities!), heads["log_probabilities"]);
        AssertClose(Host(output.Mean), Part(heads["mean"], layout));
        AssertClose(Host(output.Variance), Part(heads["variance"], layout));
        var latent = Run(LatentGradientGraph.Build(generator), ("z", Host(z), [rows, D]), ("x", x, [rows, layout.Columns]));
        Assert.Equal(density.ToDouble(), latent["log_density"].Sum(value => (double)value), 1e-4 * Math.Abs(density.ToDouble()));
        AssertClose(Host(leaf.grad!), latent["gradient"]);
        AssertClose(
            Host(model.Mask.Forward(tensor(encoded), trainable: false)),
            Run(MaskGraph.Build(weights.Mask, discrete: generator.Discrete), ("x", x, [rows, layout.Columns]))["logits"]);
        AssertClose(
            Host(model.Encoder.Forward(tensor(encoded), trainable: false)),
            Run(EncoderGraph.Build(weights.Encoder, discrete: generator.Discrete), ("x", x, [rows, layout.Columns]))["z"]);
    }

    [Fact]
    public void An_ordinal_column_starts_with_equally_probable_levels_where_its_location_is_zero()
    {
        using var scope = NewDisposeScope();
        using var model = Model(0, [new DiscreteColumn(5, true)], ScalarType.Float32);
        model.Export().Generator.Discrete!.Columns[0].Thresholds!.Select((threshold, m) => (1 / (1 + Math.Exp(-threshold)), (m + 1) / 5.0)).ToList()
            .ForEach(pair => Assert.Equal(pair.Item2, pair.Item1, 1e-5));
    }

    private static MissBgmModel Model(int continuous, IReadOnlyList<DiscreteColumn> columns, ScalarType type)
    {
        var config = new PaperConfig { GUnits = [8, 7], MissingnessUnits = [6], EgmInit = new EgmInitConfig { EUnits = [9] } };
        var model = new MissBgmModel(D, config, new RowLayout(continuous, columns), new Philox(11), CPU, type);
        model.Generator.InputNorm.Mean.fill_(0.1);
        model.Generator.InputNorm.Variance.fill_(1.3);
        return model;
    }

    private static float[,] Encoded(RowLayout layout, int rows)
    {
        var (normals, uniforms) = (new float[rows * layout.Columns], new float[rows * layout.Columns]);
        new Philox(5).Normals(normals, RandomPurpose.Simulation, 2, 0, 0);
        new Philox(5).Uniforms(uniforms, RandomPurpose.Simulation, 3, 0, 0);
        float Level(int i) => MathF.Floor(uniforms[i] * layout.Discrete[i % layout.Columns - layout.Continuous].Levels);
        var values = normals.Select((value, i) => i % layout.Columns < layout.Continuous ? value : Level(i)).ToArray();
        var expanded = layout.Expand(new EncodedTable(rows, layout.Columns, values, [.. values.Select(_ => 1f)])).Values;
        var matrix = new float[rows, layout.Width];
        Buffer.BlockCopy(expanded, 0, matrix, 0, sizeof(float) * expanded.Length);
        return matrix;
    }

    private static Tensor Normals(int stream, int rows, int columns)
    {
        var values = new float[rows * columns];
        new Philox(5).Normals(values, RandomPurpose.Simulation, stream, 0, 0);
        return tensor(values, [rows, columns], ScalarType.Float32);
    }

    private static float[] Host(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.detach().contiguous().data<float>().ToArray();

    private static float[] Part(float[] rows, RowLayout layout) => [.. rows.Where((_, i) => i % layout.Columns < layout.Continuous)];

    private static Dictionary<string, float[]> Run(Graph graph, params (string Name, float[] Values, int[] Shape)[] inputs)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(graph));
        using var results = session.Run(
            [.. inputs.Select(input => NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(input.Values, input.Shape)))]);
        return results.ToDictionary(result => result.Name, result => result.AsTensor<float>().ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }

    private static void AssertCentralDifferences(Tensor values, Tensor gradient, Func<double> loss)
    {
        const double Step = 1e-5;
        using var off = no_grad();
        var (flat, expected) = (values.view(-1), gradient.contiguous().data<double>().ToArray());
        for (var i = 0; i < expected.Length; i++)
        {
            using var scope = NewDisposeScope();
            var element = flat.narrow(0, i, 1);
            element.add_(Step);
            var above = loss();
            element.sub_(2 * Step);
            var below = loss();
            element.add_(Step);
            Assert.Equal((above - below) / (2 * Step), expected[i], 1e-6 * (1 + Math.Abs(expected[i])));
        }
    }
}
