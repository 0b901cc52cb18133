using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Graphs;

public sealed class GraphCallTests : IDisposable
{
    private readonly TestModel _model = new(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3), new InferenceSettings());

    public void Dispose() => _model.Dispose();

    /// <summary>The way inputs take to a device can be tried on the processor: what is written into the arrays after binding has to count.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_sees_the_arrays_as_they_stand(bool onDevice)
    {
        using var session = SessionFactory.Create(Bundle.Load(_model.Path).Graph(GraphFiles.Generator), ComputeDevice.Cpu);
        var (z, mean, variance) = (new float[4], new float[6], new float[6]);
        using var call = new GraphCall(
            session, GraphFiles.Generator, new TensorPlace(onDevice), [0], CancellationToken.None, new("z", z, 2, 2), new("mean", mean, 2, 3),
            new("variance", variance, 2, 3));
        call.Run();
        Assert.Equal(mean[..3], mean[3..]);
        z[2] = 1;
        call.Run();
        Assert.NotEqual(mean[..3], mean[3..]);
    }

    /// <summary>Tensors that stay at their addresses, as a captured CUDA graph wants them, can be tried in the processor's own memory.</summary>
    [Fact]
    public void Tensors_that_are_kept_give_what_arrays_give_bit_for_bit()
    {
        using var session = SessionFactory.Create(Bundle.Load(_model.Path).Graph(GraphFiles.LatentGradient), ComputeDevice.Cpu);
        var (z, x) = (new float[4], new float[] { 0.5f, -1, 2, 1, 0, -0.5f });
        float[][] Gradients(TensorPlace place)
        {
            var (density, gradient) = (new float[2], new float[4]);
            using var call = new GraphCall(
                session, GraphFiles.LatentGradient, place, [0], CancellationToken.None, new("z", z, 2, 2), new("x", x, 2, 3),
                new("log_density", density, 2), new("gradient", gradient, 2, 2));
            return [.. Enumerable.Range(0, 4).Select(run =>
            {
                z[run] = 0.1f * run;
                call.Run();
                return (float[])[.. density, .. gradient];
            })];
        }

        var expected = Gradients(default);
        Array.Clear(z);
        Assert.Equal(expected, Gradients(new TensorPlace(false, OrtMemoryInfo.DefaultInstance)));
        Assert.NotEqual(expected[0], expected[3]);
    }
}
