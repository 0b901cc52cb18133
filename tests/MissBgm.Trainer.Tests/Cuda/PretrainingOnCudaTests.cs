using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
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
    public void Outputs_and_gradients_are_as_near_to_double_precision_as_the_cpus()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
        var batch = new ScmPrior(TinyNetwork.Pretrain.Prior).Draw(random, 1000, 8, 80);
        var noise = random.Normal(batch.Values.shape);
        var exact = Outputs(batch, noise, CPU, ScalarType.Float64);
        var (onCpu, onCuda) = (Outputs(batch, noise, CPU, ScalarType.Float32), Outputs(batch, noise, CUDA, ScalarType.Float32));
        // The flow's start solves ill-conditioned systems and weighs guesses by high powers: in float32 it is known to some thousandths, wherever computed.
        for (var i = 0; i < exact.Length; i++)
        {
            var largest = exact[i].Max(Math.Abs);
            Assert.True(largest > 0);
            Assert.InRange(Largest(exact[i], onCuda[i]), 0, 5 * Largest(exact[i], onCpu[i]) + 1e-4 * largest);
        }

        static double Largest(float[] exact, float[] actual) => exact.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second));
    }

    [CudaFact]
    public void A_run_learns_and_its_checkpoint_goes_on_on_the_cpu()
    {
        var config = TinyNetwork.Pretrain with
        {
            Steps = 60,
            WarmUpSteps = 10,
            DecaySteps = 20,
            LearningRate = 5e-3,
            CheckpointSteps = 50,
            EvaluationSteps = 60,
        };
        var (first, resumed) = (double.NaN, double.NaN);
        using (var pretraining = new Pretraining(config, _folder, resume: false, "cuda"))
        {
            pretraining.Run(null, _ => { }, record => first = record.Class, CancellationToken.None);
        }
        using (var pretraining = new Pretraining(config with { Steps = 62 }, _folder, resume: true, "cpu"))
        {
            pretraining.Run(null, _ => { }, record => resumed = record.Class, CancellationToken.None);
        }
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

    // Probabilities, velocity, the flow's start and the gradient of a sum of them.
    private static float[][] Outputs(TaskBatch batch, Tensor noise, Device device, ScalarType type)
    {
        using var network = new PfnNetwork(TinyNetwork.Config, 3, type, device);
        using (no_grad())
        {
            using var weights = TinyNetwork.Random(TinyNetwork.Config);
            network.Parameters.Values.copy_(weights.Parameters.Values);
        }

        var (values, observed) = (batch.Values.to(type).to(device), batch.Observed.to(type).to(device));
        var parameters = network.Parameters.Views(trainable: true);
        var scaled = Standardisation.Of(values, observed, Context).Apply(values);
        var labels = batch.Labels.to(device).narrow(1, 0, Context);
        var encoding = network.Backbone.Encode(parameters, scaled, observed, labels, ones(values.shape[0], 1, 1, dtype: type, device: device));
        var predicted = network.Backbone.LogProbabilities(parameters, encoding.OfRows(Context, values.shape[1] - Context), batch.Classes.to(device));
        var baseline = FlowBaseline.Of(scaled, observed, Context);
        var time = full([values.shape[0], values.shape[1], 1], 0.3, type, device);
        var velocity = network.Flow.Velocity(
            parameters, noise.to(type).to(device), time, encoding, encoding.OfRows(0, Context), baseline);
        (predicted.clamp_min(-50).mean() + velocity.square().mean()).backward();
        return
        [
            .. new[] { predicted.exp(), velocity, baseline.Mean, baseline.Spread, network.Parameters.Gradient }.Select(output =>
                output.to(ScalarType.Float32).ToFloats()),
        ];
    }
}
