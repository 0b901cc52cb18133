using MathNet.Numerics.LinearAlgebra;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Networks;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class GaussianBaselineTests
{
    private const int Rows = 1000;
    private const int Features = 5;

    [Fact]
    public void On_gaussian_tables_it_comes_close_to_the_true_conditional_mean()
    {
        var (own, exact, mean) = (0.0, 0.0, 0.0);
        for (var table = 0; table < 12; table++)
        {
            using var scope = NewDisposeScope();
            using var random = new StepRandom(1, RandomPurpose.Prior, table, CPU);
            var mixing = random.Normal(1, Features, Features);
            var raw = random.Normal(1, Rows, Features).matmul(mixing);
            var observed = random.Uniform(1, Rows, Features).ge(0.3).to(ScalarType.Float32);
            var standard = Standardisation.Of(raw, observed, Rows);
            var values = standard.Apply(raw);
            var baseline = GaussianBaseline.Of(values, observed, Rows).ToFloats();
            var (x, o) = (values.ToFloats(), observed.ToFloats());
            var truth = TrueCovariance(mixing.ToFloats(), standard.Scale.ToFloats());
            for (var i = 0; i < Rows; i++)
            {
                var expected = ConditionalMean(truth, x.AsSpan(i * Features, Features), o.AsSpan(i * Features, Features));
                for (var j = 0; j < Features; j++)
                {
                    var at = i * Features + j;
                    if (o[at] == 1) Assert.Equal(0, baseline[at]);
                    else
                    {
                        own += Math.Pow(x[at] - baseline[at], 2);
                        exact += Math.Pow(x[at] - expected[j], 2);
                        mean += x[at] * x[at];
                    }
                }
            }
        }

        // The share of the explicable variance that it explains, over tables of all degrees of collinearity. Filling in means without their
        // covariance biases correlations low, so it is not all: an independent NumPy version of the same steps explains 87 %.
        Assert.True((mean - own) / (mean - exact) > 0.8, $"explains {(mean - own) / (mean - exact):P1} of what can be");
    }

    private static Matrix<double> TrueCovariance(float[] mixing, float[] scale)
    {
        var a = Matrix<double>.Build.Dense(Features, Features, (i, j) => mixing[i * Features + j] / scale[j]);
        return a.TransposeThisAndMultiply(a);
    }

    private static double[] ConditionalMean(Matrix<double> covariance, Span<float> x, Span<float> observed)
    {
        var shown = new List<int>();
        for (var j = 0; j < Features; j++)
        {
            if (observed[j] == 1) shown.Add(j);
        }

        var result = new double[Features];
        if (shown.Count == 0) return result;
        var part = Matrix<double>.Build.Dense(shown.Count, shown.Count, (i, j) => covariance[shown[i], shown[j]]);
        var values = new double[shown.Count];
        for (var i = 0; i < shown.Count; i++) values[i] = x[shown[i]];
        var solved = part.Solve(Vector<double>.Build.Dense(values));
        for (var j = 0; j < Features; j++) result[j] = shown.Select((k, i) => covariance[j, k] * solved[i]).Sum();
        return result;
    }
}
