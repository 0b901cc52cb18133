using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Networks;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tests.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Cuda;

/// <summary>The same weights and the same tasks on the CPU and on a CUDA device.</summary>
public sealed class PretrainingOnCudaTests : IDisposable
{
    private const int Context = 60;
    private readonly string _folder = Directory.CreateTempSubdirectory("cuda").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CudaFact]
    public void Outputs_and_gradients_are_the_cpus()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
        var batch = new ScmPrior(TinyNetwork.Pretrain.Prior).Draw(random, 1000, 8, 80);
        var noise = random.Normal(batch.Values.shape);
        var (expected, actual) = (Outputs(batch, noise, CPU), Outputs(batch, noise, CUDA));
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual)) AssertNear(one, other, 2e-3);
    }

    [CudaFact]
    public void A_run_learns_and_its_checkpoint_goes_on_on_the_cpu()
    {
        var config = TinyNetwork.Pretrain with { Steps = 60, WarmUpSteps = 10, DecaySteps = 20, LearningRate = 5e-3, CheckpointSteps = 50, EvaluationSteps = 60 };
        var (first, resumed) = (double.NaN, double.NaN);
        using (var pretraining = new Pretraining(config, _folder, resume: false, "cuda")) pretraining.Run(null, _ => { }, record => first = record.Class, CancellationToken.None);
        using (var pretraining = new Pretraining(config with { Steps = 62 }, _folder, resume: true, "cpu")) pretraining.Run(null, _ => { }, record => resumed = record.Class, CancellationToken.None);
        // The fixed tasks of a CUDA run are others than a CPU's: the generators differ.
        Assert.True(double.IsFinite(first));
        Assert.InRange(resumed, first - 0.5, first + 0.5);
    }

    [CudaFact]
    public void The_prior_draws_tasks_on_the_device()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(1, RandomPurpose.Prior, 0, CUDA);
        var batch = new ScmPrior(TinyNetwork.Pretrain.Prior).Draw(random, 2000, 32, 64);
        Assert.Equal(TorchSharp.DeviceType.CUDA, batch.Values.device_type);
        Assert.True(batch.Values.isfinite().all().item<bool>());
        Assert.InRange(1 - batch.Observed.mean().item<float>(), 0.02, 0.7);
    }

    // Log probabilities, velocity, the flow's start and the gradient of a sum of them.
    private static float[][] Outputs(TaskBatch batch, Tensor noise, Device device)
    {
        using var network = new PfnNetwork(TinyNetwork.Config, 3, ScalarType.Float32, device);
        using (no_grad())
        {
            using var weights = TinyNetwork.Random(TinyNetwork.Config);
            network.Parameters.Values.copy_(weights.Parameters.Values);
        }

        var (values, observed) = (batch.Values.to(device), batch.Observed.to(device));
        var parameters = network.Parameters.Views(trainable: true);
        var scaled = Standardisation.Of(values, observed, Context).Apply(values);
        var labels = batch.Labels.to(device).narrow(1, 0, Context);
        var embedding = network.Backbone.Encode(parameters, scaled, observed, labels, ones(values.shape[0], 1, 1, device: device));
        var predicted = network.Backbone.LogProbabilities(parameters, embedding.narrow(1, Context, values.shape[1] - Context), batch.Classes.to(device));
        var baseline = FlowBaseline.Of(scaled, observed, Context);
        var time = full([values.shape[0], values.shape[1], 1], 0.3, ScalarType.Float32, device);
        var velocity = network.Flow.Velocity(parameters, noise.to(device), time, embedding, embedding.narrow(1, 0, Context), baseline);
        (predicted.clamp_min(-50).mean() + velocity.square().mean()).backward();
        return [predicted.exp().ToFloats(), velocity.ToFloats(), baseline.Mean.ToFloats(), baseline.Spread.ToFloats(), network.Parameters.Gradient.ToFloats()];
    }

    // Relative to the largest entry: sums round in another order.
    private static void AssertNear(float[] expected, float[] actual, double tolerance)
    {
        var largest = expected.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance * largest));
    }
}
