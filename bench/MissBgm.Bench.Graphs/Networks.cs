using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Graphs;

/// <summary>Networks of given sizes with random weights: time does not depend on their values.</summary>
internal static class Networks
{
    public static MissBgmWeights Model(int latent, int columns, int[] hidden)
    {
        var stream = 0;
        float[] Normals(int count, double scale)
        {
            var values = new float[count];
            new Philox(7).Normals(values, RandomPurpose.Simulation, 0, ++stream, 0);
            return Array.ConvertAll(values, value => (float)(scale * value));
        }

        DenseWeights Dense(int inputs, int outputs) => new(inputs, outputs, Normals(inputs * outputs, Math.Sqrt(1.0 / inputs)), Normals(outputs, 0.1));
        IReadOnlyList<DenseWeights> Stack(int inputs, int[] widths) => [.. widths.Select((width, i) => Dense(i == 0 ? inputs : widths[i - 1], width))];
        return new MissBgmWeights(
            new GeneratorWeights(null, Stack(latent, hidden), Dense(hidden[^1], columns), Dense(hidden[^1], columns), 1e-4, 0.2),
            new PerceptronWeights(Stack(columns, [64, 64]), Dense(64, columns), 0.2),
            new PerceptronWeights(Stack(columns, hidden), Dense(hidden[^1], latent), 0.2));
    }
}
