using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>Random numbers and networks for tests, the same on every run.</summary>
internal static class Randomly
{
    public static double[] Normals(int count, int stream, double scale = 1)
    {
        var values = new float[count];
        new Philox(2026).Normals(values, RandomPurpose.Simulation, 0, stream, 0);
        return Array.ConvertAll(values, value => value * scale);
    }

    public static double[] Uniforms(int count, int stream, double from, double to)
    {
        var values = new float[count];
        new Philox(2027).Uniforms(values, RandomPurpose.Simulation, 0, stream, 0);
        return Array.ConvertAll(values, value => from + (to - from) * value);
    }

    public static double[] Bits(int count, int stream, double share) =>
        Array.ConvertAll(Uniforms(count, stream, 0, 1), value => value < share ? 1.0 : 0.0);

    public static DenseWeights Dense(int inputs, int outputs, int stream) => new(
        inputs,
        outputs,
        Array.ConvertAll(Normals(inputs * outputs, stream, Math.Sqrt(2.0 / inputs)), value => (float)value),
        Array.ConvertAll(Normals(outputs, stream + 1, 0.1), value => (float)value));

    public static PerceptronWeights Perceptron(int inputs, int[] hidden, int outputs, int stream) => new(
        [.. hidden.Select((width, i) => Dense(i == 0 ? inputs : hidden[i - 1], width, stream + 10 * i))],
        Dense(hidden.LastOrDefault(inputs), outputs, stream + 900),
        0.2);

    public static GeneratorWeights Generator(int latent, int[] hidden, int columns, int stream, bool normalised = true)
    {
        var body = Perceptron(latent, hidden, columns, stream);
        var norm = new BatchNormWeights(
            Single(Uniforms(latent, stream + 950, 0.5, 1.5)),
            Single(Normals(latent, stream + 951, 0.3)),
            Single(Normals(latent, stream + 952, 0.3)),
            Single(Uniforms(latent, stream + 953, 0.5, 1.5)),
            1e-3);
        return new GeneratorWeights(normalised ? norm : null, body.Hidden, body.Output, Dense(hidden.LastOrDefault(latent), columns, stream + 960), 1e-4, 0.2);
    }

    public static MissBgmWeights Model(int latent, int columns, int[] hidden, int stream = 5000) => new(
        Generator(latent, hidden, columns, stream),
        Perceptron(columns, [16, 16], columns, stream + 2000),
        Perceptron(columns, hidden, latent, stream + 4000));

    private static float[] Single(double[] values) => Array.ConvertAll(values, value => (float)value);
}
