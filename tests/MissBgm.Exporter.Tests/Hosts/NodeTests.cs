using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>The same sweeps in Node (examples/node) and here: the same graph, noise and library give the same states.</summary>
public sealed class NodeTests : IDisposable
{
    private const int N = 16;
    private const int D = 5;
    private const int P = 13;
    private const int Sweeps = 200;
    private const float StepSize = 0.05f;
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    // The wine table's sizes and the paper's wine network.
    private static MissBgmWeights Weights { get; } = Randomly.Model(D, P, [120, 120, 120]);

    [Fact]
    public void Node_gets_the_same_states_as_this_process_bit_for_bit_over_200_sweeps()
    {
        var bundle = Path.Combine(_folder, "model");
        PaperBundle.Write(bundle, Descriptions.Of(D, P), Weights, null);
        var noise = Noise();
        File.WriteAllBytes(Path.Combine(_folder, "noise.bin"), MemoryMarshal.AsBytes(noise.AsSpan()));
        File.WriteAllText(
            Path.Combine(_folder, "run.json"),
            JsonSerializer.Serialize(new { rows = N, sweeps = Sweeps, latent_step_size = StepSize, missing_step_size = StepSize }));
        Programs.Run("node", Path.Combine(Programs.Root, "examples/node/replay.mjs"), bundle, _folder);
        var states = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, "states.bin"))).ToArray();
        var expected = Replay(Path.Combine(bundle, GraphFiles.GibbsSweep), noise);
        Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()), MemoryMarshal.AsBytes(states.AsSpan()));
        Assert.True(expected.Take(N * (D + P)).Zip(expected.TakeLast(N * (D + P)), (first, last) => first != last).Count(moved => moved) > N * D);
    }

    [Fact]
    public void Nodes_random_numbers_are_the_runtimes()
    {
        const string script = """
            import { Philox } from "%ROOT%/examples/common/philox.mjs";
            const random = new Philox(6148914691236517);
            const normals = new Float32Array(7);
            random.normals(normals, 6, 2, 123456, 31);
            console.log(JSON.stringify([...normals, random.uniform(7, 3, 5, 9)]));
            """;
        var output = Programs.Run("node", "--input-type=module", "--eval", script.Replace("%ROOT%", Programs.Root, StringComparison.Ordinal));
        var numbers = JsonSerializer.Deserialize<float[]>(output)!;
        var (normals, uniform) = (new float[7], new float[1]);
        new Philox(6148914691236517).Normals(normals, RandomPurpose.MissingMomentum, 2, 123456, 31);
        new Philox(6148914691236517).Uniforms(uniform, RandomPurpose.MissingAcceptance, 3, 5, 9);
        Assert.Equal(uniform[0], numbers[7]);
        for (var i = 0; i < 7; i++) Assert.Equal(normals[i], numbers[i], 1e-6f);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static float[] Noise()
    {
        float[] Normals(int count, int stream) => Array.ConvertAll(Randomly.Normals(count, stream), value => (float)value);
        float[] Uniforms(int stream) => Array.ConvertAll(Randomly.Uniforms(N, stream, 0, 1), value => (float)value);
        var observed = Array.ConvertAll(Randomly.Bits(N * P, 1, 0.8), value => (float)value);
        return
        [
            .. Normals(N * D, 2), .. Normals(N * P, 3), .. observed,
            .. Enumerable.Range(0, Sweeps).SelectMany<int, float>(t =>
                [.. Normals(N * D, 10 * t + 4), .. Uniforms(10 * t + 5), .. Normals(N * P, 10 * t + 6), .. Uniforms(10 * t + 7)]),
        ];
    }

    private static float[] Replay(string graph, float[] noise)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(graph, options);
        var position = 0;
        NamedOnnxValue Next(string name, params int[] shape)
        {
            var count = shape.Aggregate(1, (a, b) => a * b);
            position += count;
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(noise.AsMemory(position - count, count), shape));
        }

        var (z, x, observed) = (Next("z", N, D), Next("x", N, P), Next("observed", N, P));
        var beta = NamedOnnxValue.CreateFromTensor("beta", new DenseTensor<float>(new[] { (float)new InferenceSettings().Beta }, []));
        NamedOnnxValue Steps(string name) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Enumerable.Repeat(StepSize, N).ToArray(), [N]));
        var states = new List<float>();
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            NamedOnnxValue[] feeds =
            [
                z, x, observed, beta, Steps("latent_step_size"), Steps("missing_step_size"),
                Next("latent_noise", N, D), Next("latent_uniform", N), Next("missing_noise", N, P), Next("missing_uniform", N),
            ];
            using var results = session.Run(feeds, ["next_z", "next_x"]);
            var (nextZ, nextX) = (results[0].AsTensor<float>().ToArray(), results[1].AsTensor<float>().ToArray());
            states.AddRange([.. nextZ, .. nextX]);
            z = NamedOnnxValue.CreateFromTensor("z", new DenseTensor<float>(nextZ, [N, D]));
            x = NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(nextX, [N, P]));
        }

        return [.. states];
    }
}
