using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models.Paper;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Sampling;

/// <summary>
/// Simulation-based calibration (Talts et al. 2018) at beta = 1: 1,000 tables of one row are simulated from a nonlinear model with strong
/// self-masking, and the rank of the true value of a missing cell among its draws must be uniform. The bound on the ECDF's distance from
/// uniform (Dvoretzky-Kiefer-Wolfowitz) fails a right sampler once in 10,000 runs; samplers that are wrong on purpose must break it.
/// </summary>
public sealed class CalibrationTests : IDisposable
{
    private const int Tables = 1000;
    private const int D = 2;
    private const int P = 4;
    private const int Kept = 100;
    private const int Thinning = 5;
    private readonly TestModel _model;
    private readonly ModelSessions _sessions;
    private readonly float[] _truth = new float[Tables * P];
    private readonly float[] _observed = new float[Tables * P];
    private readonly float[] _latent = new float[Tables * D];

    public CalibrationTests()
    {
        var kernel = new float[P * P];
        for (var j = 0; j < P; j++)
        {
            for (var k = 0; k < P; k++) kernel[k * P + j] = j == k ? -3 : 0.3f;
        }

        var weights = TestModel.Random(D, P, 12) with { Mask = new PerceptronWeights([], new DenseWeights(P, P, kernel, new float[P]), 0.2) };
        _model = new TestModel(weights, D, TestModel.Columns(P), new InferenceSettings { Beta = 1 });
        _sessions = new ModelSessions(Bundle.Load(_model.Path), ComputeDevice.Cpu);
        Simulate();
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _model.Dispose();
    }

    private static double Bound => Math.Sqrt(Math.Log(2 / 1e-4) / (2 * Tables));

    [Fact]
    public void Ranks_of_the_truth_are_uniform() => Assert.True(Distance(beta: 1) < Bound);

    [Fact]
    public void A_wrong_temperature_is_found_out() => Assert.True(Distance(beta: 0) > Bound);

    [Fact]
    public void A_missing_accept_step_is_found_out() => Assert.True(Distance(beta: 1, acceptAll: true, stepSize: 1.6f) > Bound);

    [Fact]
    public void Draws_that_are_too_narrow_are_found_out() => Assert.True(Distance(beta: 1, shrink: 0.5) > Bound);

    private void Simulate()
    {
        var random = new Philox(99);
        random.Normals(_latent, RandomPurpose.Simulation, 0, 0, 0);
        using var generator = new GeneratorBatch(_sessions, Tables, D, P);
        generator.Run(_latent);
        var noise = new float[Tables * P];
        random.Normals(noise, RandomPurpose.Simulation, 0, 0, 1);
        for (var i = 0; i < noise.Length; i++) _truth[i] = generator.Mean[i] + MathF.Sqrt(generator.Variance[i]) * noise[i];
        var logits = new float[Tables * P];
        using (var mask = _sessions.Bind(GraphFiles.Mask, new("x", _truth, Tables, P), new("logits", logits, Tables, P))) mask.Run();
        var uniform = new float[Tables * P];
        random.Uniforms(uniform, RandomPurpose.Simulation, 0, 0, 2);
        for (var i = 0; i < uniform.Length; i++) _observed[i] = uniform[i] < 1 / (1 + MathF.Exp(-logits[i])) ? 1 : 0;
    }

    // The largest distance between the ECDF of the ranks and the uniform distribution.
    private double Distance(double beta, bool acceptAll = false, float? stepSize = null, double shrink = 1)
    {
        var draws = Sample(beta, acceptAll, stepSize);
        var random = new Philox(7);
        Span<float> uniform = stackalloc float[1];
        var ranks = new List<double>();
        for (var row = 0; row < Tables; row++)
        {
            var cell = Array.IndexOf(_observed, 0f, row * P, P);
            if (cell < 0) continue;
            var values = draws.Select(draw => (double)draw[cell]).ToArray();
            var mean = values.Average();
            random.Uniforms(uniform, RandomPurpose.Simulation, 1, row, 0);
            ranks.Add((values.Count(v => mean + shrink * (v - mean) < _truth[cell]) + uniform[0]) / (Kept + 1));
        }

        Assert.True(ranks.Count > 0.8 * Tables);
        ranks.Sort();
        return Enumerable.Range(0, ranks.Count).Max(i => Math.Max(Math.Abs(ranks[i] - i / (double)ranks.Count), Math.Abs(ranks[i] - (i + 1.0) / ranks.Count)));
    }

    private List<float[]> Sample(double beta, bool acceptAll, float? stepSize)
    {
        var values = _truth.Zip(_observed, (x, r) => r * x).ToArray();
        using var density = new PosteriorDensity(_sessions, values, _observed, D, P, beta);
        var state = new HamiltonianState(Tables, D + P, P);
        RowMajor.Join(_latent, new float[Tables * P], state.Position, Tables);
        state.Refresh(density);
        var units = Enumerable.Range(0, Tables * (D + P)).Select(i => i % (D + P) < D ? 0.7f : 1 - _observed[i / (D + P) * P + i % (D + P) - D]).ToArray();
        var kernel = new HamiltonianKernel(density, new Leapfrog(density, new DiagonalMetric(units, D + P)));
        var rows = new StackedRows(new Philox(5), Enumerable.Range(0, Tables).ToArray(), 1);
        var steps = new DualAveraging(Tables, stepSize ?? 0.5, 0.8);
        var (momentum, uniform) = (new float[Tables * (D + P)], new float[Tables]);
        var draws = new List<float[]>();
        const int WarmUp = 150;
        for (var sweep = 0; sweep < WarmUp + Kept * Thinning; sweep++)
        {
            rows.Normals(momentum, RandomPurpose.LatentMomentum, sweep);
            if (!acceptAll) rows.Uniforms(uniform, RandomPurpose.LatentAcceptance, sweep);
            kernel.Step(state, momentum, uniform, steps.StepSize, rows.LeapfrogSteps(3, sweep));
            if (sweep < WarmUp && stepSize is null) steps.Update(kernel.Info.Acceptance);
            if (sweep == WarmUp && stepSize is null) steps.Freeze();
            if (sweep >= WarmUp && (sweep - WarmUp) % Thinning == 0) draws.Add((float[])state.Derived.Clone());
        }

        return draws;
    }
}
