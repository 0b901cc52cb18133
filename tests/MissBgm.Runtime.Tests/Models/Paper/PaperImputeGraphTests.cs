using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models.Paper;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Paper;

/// <summary>
/// <c>impute.onnx</c> of models as published, beside this runtime: its sweeps are those of the runtime's own kernels on the same numbers, and
/// its chains come to the same posterior.
/// </summary>
public sealed class PaperImputeGraphTests
{
    private const int Rows = 6;

    /// <summary>Eight sweeps that learn, then six: 1e-5 of a standard deviation for each sweep, since what two differ by moves the next.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_sweeps_are_those_of_the_runtime_s_kernels(bool levels)
    {
        const int warmUp = 10;
        const int sweeps = 16;
        var settings = new InferenceSettings { Beta = 0.5, LeapfrogSteps = 3, StepSize = 0.3 };
        var (weights, d, columns) = levels ? (DiscretePosteriorTests.Weights(), 1, DiscretePosteriorTests.Columns) : (TestModel.Random(2, 4, 8), 2, Integers());
        using var model = new TestModel(weights, d, columns, settings);
        var table = Table(columns);
        var width = d + columns.Length + 2 + columns.Count(column => column.IsDiscrete);
        var noise = Uniforms(sweeps * Rows * width);
        var outputs = new ImputeHost(model.Path, columns, table).Run(noise, warmUp: warmUp);
        var expected = Replay(model.Path, table, noise, width, sweeps, warmUp, settings, out var accepted);
        for (var i = 0; i < (sweeps - warmUp) * Rows * columns.Length; i++)
        {
            var (draw, row, column) = (i / columns.Length / Rows, i / columns.Length % Rows, i % columns.Length);
            var value = expected[warmUp + draw][row * columns.Length + column];
            var own = columns[column].IsDiscrete ? value : columns[column].Nearest(columns[column].Location + columns[column].Scale * value);
            if (table.IsMissing(row, column)) Assert.Equal(own, outputs.Completed(draw, row, column), 1e-5 * sweeps * columns[column].Scale);
        }

        // Updates were refused as well as accepted, or the comparison would say little.
        Assert.InRange(accepted, 0.3, 0.98);
        outputs.RequireSummaries(columns, table, sweeps - warmUp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Under_Bayesian_networks_each_draw_of_the_weights_has_a_chain_as_if_it_were_alone(bool levels)
    {
        const int draws = 3;
        const int warmUp = 4;
        const int sweeps = 9;
        var settings = new InferenceSettings { Beta = 0.5, LeapfrogSteps = 3, StepSize = 0.3 };
        var (weights, d, columns) = levels ? (DiscretePosteriorTests.Weights(), 1, DiscretePosteriorTests.Columns) : (TestModel.Random(2, 4, 8), 2, Integers());
        MissBgmWeights[] drawn = [.. Enumerable.Range(1, draws).Select(k => Scaled(weights, 1 + 0.2f * k))];
        using var whole = new TestModel(weights, d, columns, settings, weightDraws: drawn);
        var table = Table(columns);
        var width = d + columns.Length + 2 + columns.Count(column => column.IsDiscrete);
        var noise = Uniforms(draws * sweeps * Rows * width);
        var outputs = new ImputeHost(whole.Path, columns, table).Run(noise, warmUp: draws * warmUp);
        for (var k = 0; k < draws; k++)
        {
            using var model = new TestModel(drawn[k], d, columns, settings);
            var alone = new ImputeHost(model.Path, columns, table).Run(noise[(k * sweeps * Rows * width)..((k + 1) * sweeps * Rows * width)], warmUp: warmUp);
            for (var i = 0; i < (sweeps - warmUp) * Rows * columns.Length; i++)
            {
                var (draw, row, column) = (i / columns.Length / Rows, i / columns.Length % Rows, i % columns.Length);
                Assert.Equal(
                    alone.Completed(draw, row, column), outputs.Completed(k * (sweeps - warmUp) + draw, row, column), 1e-5 * columns[column].Scale);
            }
        }

        outputs.RequireSummaries(columns, table, draws * (sweeps - warmUp));
    }

    private static MissBgmWeights Scaled(MissBgmWeights weights, float factor)
    {
        DenseWeights Layer(DenseWeights layer) => layer with { Kernel = Array.ConvertAll(layer.Kernel, weight => weight * factor) };
        return weights with
        {
            Generator = weights.Generator with { Hidden = [.. weights.Generator.Hidden.Select(Layer)], Mean = Layer(weights.Generator.Mean) },
            Mask = weights.Mask with { Output = Layer(weights.Mask.Output) },
        };
    }

    /// <summary>64 equal rows, each with a chain of its own: a bound of 4.5 standard errors fails a right sampler about once in 20,000 runs.</summary>
    [Fact]
    public void Its_chains_come_to_the_posterior_that_enumeration_gives()
    {
        const int replicates = 64;
        var settings = new InferenceSettings { Beta = 1, LeapfrogSteps = 3 };
        using var model = new TestModel(DiscretePosteriorTests.Weights(), 1, DiscretePosteriorTests.Columns, settings);
        var row = new[] { FormattableString.Invariant($"{DiscretePosteriorTests.A}"), "", "", "", "high" };
        var table = Runtime.Tables.Table.FromText(
            ["a", "b", "flag", "colour", "grade"], [.. Enumerable.Repeat(row, replicates).SelectMany(cells => cells)], MissingTokens.Default);
        var noise = Uniforms(400 * replicates * (1 + 2 + 2 + 6));
        var values = new ImputeHost(model.Path, DiscretePosteriorTests.Columns, table).Run(noise, warmUp: 100).Values;
        var (mean, deviation, levels) = DiscretePosteriorTests.Exact(1);
        double[] Of(string name, int width, int place) => [.. Enumerable.Range(0, replicates).Select(i => values[name][i * width + place])];
        Replicated.AssertAverage(mean, Of("mean", 2, 1));
        Replicated.AssertAverage(deviation, Of("standard_deviation", 2, 1));
        for (var level = 1; level < 5; level++) Replicated.AssertAverage(levels[level], Of("level_probabilities", 8, level));
    }

    private static ColumnSchema[] Integers() =>
        [.. TestModel.Columns(4, 10, 2.5).Select((column, i) => i == 3 ? column with { Type = ColumnType.Integer, LowerBound = 0 } : column)];

    // The runtime's parts, put together as the graph has them.
    private static List<float[]> Replay(
        string path, Table table, double[] noise, int width, int sweeps, int warmUp, InferenceSettings settings, out double accepted)
    {
        var bundle = Bundle.Load(path);
        using var sessions = new ModelSessions(bundle, ComputeDevice.Cpu);
        var schema = bundle.Schema;
        var model = new Model(sessions, bundle.Manifest.LatentDimension, schema.Modelled.Count, schema.Discrete);
        var (d, p, c) = (model.LatentDimension, model.Columns, model.Continuous);
        var encoded = schema.Encode(table);
        var (x, observed) = (encoded.Values, encoded.Observed);
        var z = new float[Rows * d];
        using (var encoder = sessions.Bind(GraphFiles.Encoder, new("x", x, Rows, p), new("z", z, Rows, d))) encoder.Run();
        using var generator = new GeneratorBatch(sessions, Rows, d, p, model.Levels);
        generator.Run(z);
        var stacked = new StackedRows(new Philox(1), [.. Enumerable.Range(0, Rows)], 1);
        var starts = new ChainStarts(observed, z, x, generator.Mean, generator.Variance, generator.LogProbabilities);
        var moved = observed.Select((r, i) => i % p < c ? 1 - r : 0).ToArray();
        using var density = new PosteriorDensity(sessions, x, observed, d, p, settings.Beta);
        var kernel = new HamiltonianKernel(density, new Leapfrog(density, new BlockMetric(GaussNewton.Precisions(model, stacked, starts), d, moved, Rows)));
        using var levels = model.Discrete.Count == 0 ? null : new DiscreteKernel(model, observed, settings.Beta);
        var state = new HamiltonianState(Rows, d + p, p);
        RowMajor.Join(z, new float[Rows * p], state.Position, Rows);
        var learning = new DualAveraging(Rows, settings.StepSize, settings.TargetAcceptance);
        var (states, kept) = (new List<float[]>(), 0);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            double Noise(int row, int place) => noise[(sweep * Rows + row) * width + place];
            float Normal(int row, int place) => (float)StandardNormal.Quantile(Noise(row, place));
            var momentum = new float[Rows * (d + p)];
            for (var row = 0; row < Rows; row++)
            {
                for (var k = 0; k < d; k++) momentum[row * (d + p) + k] = Normal(row, k);
                for (var j = 0; j < c; j++) momentum[row * (d + p) + d + j] = moved[row * p + j] * Normal(row, d + j);
            }

            float[] Of(Func<int, double> number) => [.. Enumerable.Range(0, Rows).Select(row => (float)number(row))];
            var steps = Of(row => learning.StepSize[row] * (0.2 + 0.8 * Noise(row, d + c + 1)));
            state.Refresh(density);
            kernel.Step(state, momentum, Of(row => Noise(row, d + c)), steps, settings.LeapfrogSteps);
            kept += kernel.Info.Accepted.Count(accept => accept);
            if (sweep < (int)(settings.AdaptationShare * warmUp)) learning.Update(kernel.Info.Acceptance);
            if (sweep == (int)(settings.AdaptationShare * warmUp) - 1) learning.Freeze();
            var completed = (float[])state.Derived.Clone();
            if (levels is not null)
            {
                Renew(levels, generator, state, completed, (row, place) => Noise(row, d + c + 2 + place), d, p, c);
            }

            states.Add(completed);
        }

        accepted = kept / (double)(sweeps * Rows);
        return states;
    }

    private static void Renew(
        DiscreteKernel levels, GeneratorBatch generator, HamiltonianState state, float[] completed, Func<int, int, double> noise, int d, int p, int c)
    {
        var (latent, count) = (new float[Rows * d], p - c);
        for (var row = 0; row < Rows; row++) state.Position.AsSpan(row * (d + p), d).CopyTo(latent.AsSpan(row * d));
        generator.Run(latent);
        float[] Of(int first) => [.. Enumerable.Range(0, Rows * count).Select(i => (float)noise(i / count, first + i % count))];
        var accepted = levels.Step(completed, generator.LogProbabilities, Of(0), Of(count)).Accepted;
        for (var i = 0; i < accepted.Length; i++)
        {
            if (accepted[i] != 0) state.Position[i / count * (d + p) + d + c + i % count] = (float)StandardNormal.Quantile(noise(i / count, i % count));
        }
    }

    private static double[] Uniforms(int count)
    {
        var values = new float[count];
        new Philox(31).Uniforms(values, RandomPurpose.Simulation, 0, 0, 0);
        return Array.ConvertAll(values, value => (double)value);
    }

    private static Table Table(ColumnSchema[] columns)
    {
        var cells = Enumerable.Range(0, Rows * columns.Length).Select(i => (Row: i / columns.Length, Column: columns[i % columns.Length], i)).Select(
            cell => cell.i % 3 == 0 ? "" : cell.Column.IsDiscrete ? cell.Column.Levels![cell.i % cell.Column.Levels!.Count]
                : FormattableString.Invariant($"{cell.Column.Location + cell.Column.Scale * (cell.Row - 2.0) / 2:0}"));
        return Runtime.Tables.Table.FromText([.. columns.Select(column => column.Name)], [.. cells], MissingTokens.Default);
    }
}
