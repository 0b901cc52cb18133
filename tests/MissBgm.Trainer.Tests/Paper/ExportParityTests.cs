using Microsoft.ML.OnnxRuntime;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Paper;

/// <summary>The emitted graphs against the trainer's own networks, energies and autograd, for random weights.</summary>
[Collection("live tensors")]
public sealed class ExportParityTests
{
    private const int LatentDimension = 3;

    public static TheoryData<int, int, int, bool> Cases()
    {
        var cases = new TheoryData<int, int, int, bool>();
        foreach (var (rows, columns) in new[] { (1, 1), (7, 5), (1, 40), (100, 13) })
        {
            foreach (var rank in new[] { 0, 2 })
            {
                cases.Add(rows, columns, rank, false);
                cases.Add(rows, columns, rank, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Graphs_of_means_and_of_each_draw_equal_the_trainers_networks(int rows, int columns, int rank, bool bayesian)
    {
        using var scope = NewDisposeScope();
        var config = new PaperConfig
        {
            GUnits = [20, 16],
            MissingnessUnits = [10],
            UseBnn = bayesian,
            Covariance = new CovarianceConfig { Kind = rank == 0 ? "diagonal" : "low_rank", Rank = Math.Max(1, rank) },
        };
        using var model = new MissBgmModel(LatentDimension, config, new RowLayout(columns, []), new Philox(11), CPU);
        model.Generator.InputNorm.Mean.fill_(0.1);
        model.Generator.InputNorm.Variance.fill_(1.3);
        var (means, draws) = (model.Export(), model.ExportDraws(bayesian ? 2 : 0));
        var (z, x) = (Random(1, rows, LatentDimension), Random(2, rows, columns));
        for (var draw = 0; draw <= draws.Count; draw++)
        {
            if (draw == 0) model.UseMeans();
            else model.DrawWeights(WeightStage.Export, draw - 1);
            AssertSame(model, draw == 0 ? means : draws[draw - 1], z, x);
        }
    }

    private static void AssertSame(MissBgmModel model, MissBgmWeights weights, Tensor z, Tensor x)
    {
        var leaf = z.detach().clone().requires_grad_();
        var output = model.Generator.Forward(leaf, ForwardMode.Inference);
        var loss = RowSteps.LatentLoss(leaf, x, output);
        var gradient = autograd.grad([loss], [leaf])[0];

        var generated = Run(GeneratorGraph.Build(weights.Generator), ("z", z));
        Near(output.Mean, generated["mean"]);
        Near(output.Variance, generated["variance"]);
        if (output.Factor is { } factor) Near(factor, generated["factor"]);
        var latent = Run(LatentGradientGraph.Build(weights.Generator), ("z", z), ("x", x));
        Assert.Equal(-loss.ToDouble(), latent["log_density"].Sum(value => (double)value), 1e-5 * Math.Max(1, Math.Abs(loss.ToDouble())));
        Near(gradient.neg(), latent["gradient"]);
        Near(model.Mask.Forward(x, trainable: false), Run(MaskGraph.Build(weights.Mask), ("x", x))["logits"]);
    }

    private static Dictionary<string, float[]> Run(MissBgm.Exporter.Graphs.Graph graph, params (string Name, Tensor Value)[] inputs)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(graph));
        var values = inputs.ToDictionary(input => input.Name, input => OrtValue.CreateTensorValueFromMemory(input.Value.ToFloats(), input.Value.shape));
        using var options = new RunOptions();
        using var results = session.Run(options, values, session.OutputNames);
        foreach (var value in values.Values) value.Dispose();
        return session.OutputNames.Zip(results, (name, value) => (name, value.GetTensorDataAsSpan<float>().ToArray()))
            .ToDictionary(pair => pair.name, pair => pair.Item2);
    }

    private static void Near(Tensor expected, float[] actual)
    {
        var values = expected.ToFloats();
        var scale = Math.Max(1, values.Max(Math.Abs));
        Assert.Equal(values.Length, actual.Length);
        for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i], 1e-5 * scale);
    }

    private static Tensor Random(int stream, int rows, int columns)
    {
        var values = new float[rows * columns];
        new Philox(5).Normals(values, RandomPurpose.Simulation, stream, 0, 0);
        return tensor(values, [rows, columns]);
    }
}
