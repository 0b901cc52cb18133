using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>The networks written out in C#, in double precision: what the emitted graphs are compared with.</summary>
internal static class Reference
{
    public static double[] Perceptron(double[] x, int n, PerceptronWeights weights) =>
        Dense(weights.Hidden.Aggregate(x, (activation, layer) => LeakyRelu(Dense(activation, n, layer), weights.LeakySlope)), n, weights.Output);

    public static (double[] Mean, double[] Variance) Generator(double[] z, int n, GeneratorWeights weights)
    {
        var input = weights.InputNorm is { } norm ? Normalise(z, norm) : z;
        var features = weights.Hidden.Aggregate(input, (activation, layer) => LeakyRelu(Dense(activation, n, layer), weights.LeakySlope));
        return (Dense(features, n, weights.Mean), Array.ConvertAll(Dense(features, n, weights.Variance), a => Softplus(a) + weights.VarianceFloor));
    }

    public static double LogSigmoid(double x) => -Softplus(-x);

    public static double Softplus(double x) => x > 30 ? x : x < -30 ? Math.Exp(x) : Math.Log(1 + Math.Exp(x));

    public static double[] Rows(int n, Func<int, double> row) => [.. Enumerable.Range(0, n).Select(row)];

    public static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    public static double Sum(int count, Func<int, int> cell, Func<int, double> term) => Enumerable.Range(0, count).Sum(j => term(cell(j)));

    private static double[] Dense(double[] x, int n, DenseWeights layer)
    {
        var y = new double[n * layer.Outputs];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < layer.Outputs; j++)
            {
                y[i * layer.Outputs + j] = layer.Bias[j] + Sum(layer.Inputs, k => x[i * layer.Inputs + k] * layer.Kernel[k * layer.Outputs + j]);
            }
        }

        return y;
    }

    private static double[] LeakyRelu(double[] x, double slope) => Array.ConvertAll(x, value => value > 0 ? value : slope * value);

    private static double[] Normalise(double[] x, BatchNormWeights norm)
    {
        var width = norm.Mean.Length;
        return
        [
            .. x.Select((value, i) =>
                (value - norm.Mean[i % width]) / Math.Sqrt(norm.Variance[i % width] + norm.Epsilon) * norm.Scale[i % width]
                    + norm.Offset[i % width]),
        ];
    }
}
