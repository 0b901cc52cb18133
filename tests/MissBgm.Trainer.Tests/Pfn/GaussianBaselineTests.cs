using MathNet.Numerics.LinearAlgebra;
using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class GaussianBaselineTests
{
    private const int Rows = 1000;
    private const int Features = 5;
    private const double MissingRate = 0.3;

    /// <summary>
    /// The same steps taken with expectations in place of averages over rows: exact sums over all masks of a known normal distribution. What a thousand
    /// rows add is the error of a regression's coefficients: its square is about features / rows of the residual variance, 0.5 % where all rows tell
    /// and 1 % where only the half of them do that show both cells of a pair; twice that is allowed.
    /// </summary>
    [Fact]
    public void On_gaussian_tables_it_comes_to_what_its_steps_come_to_in_expectation()
    {
        var (distance, error) = (0.0, 0.0);
        for (var table = 0; table < 12; table++)
        {
            using var scope = NewDisposeScope();
            using var random = new StepRandom(1, RandomPurpose.Prior, table, CPU);
            var mixing = random.Normal(1, Features, Features);
            var raw = random.Normal(1, Rows, Features).matmul(mixing);
            var observed = random.Uniform(1, Rows, Features).ge(MissingRate).to(ScalarType.Float32);
            var standard = Standardisation.Of(raw, observed, Rows);
            var values = standard.Apply(raw);
            var gaussian = GaussianBaseline.Fit(values * observed, observed);
            var baseline = gaussian.ConditionalMean(gaussian.Solve(values * observed, observed), observed).ToFloats();
            var (x, o) = (values.ToFloats(), observed.ToFloats());
            var fitted = ExpectedFit(TrueCovariance(mixing.ToFloats(), standard.Scale.ToFloats()));
            for (var i = 0; i < Rows; i++)
            {
                var row = Vector<double>.Build.Dense(Features, j => x[i * Features + j]);
                var shown = Enumerable.Range(0, Features).Where(j => o[i * Features + j] == 1).ToArray();
                var expected = Filling(fitted, shown) * row;
                for (var j = 0; j < Features; j++)
                {
                    var at = i * Features + j;
                    if (o[at] == 1)
                    {
                        Assert.Equal(0, baseline[at]);
                    }
                    else
                    {
                        var imputed = Math.Clamp(expected[j], -PfnConstants.GuessLimit, PfnConstants.GuessLimit);
                        distance += Math.Pow(baseline[at] - imputed, 2);
                        error += Math.Pow(x[at] - imputed, 2);
                    }
                }
            }
        }

        Assert.InRange(distance / error, 0, 0.02);
    }

    // The covariance that the rounds come to on infinitely many rows of a normal distribution, each cell missing by chance.
    private static Matrix<double> ExpectedFit(Matrix<double> truth)
    {
        var diagonal = 1 + PfnConstants.Ridge + PfnConstants.RidgeSlope * Features / Rows;
        Matrix<double> Moments(Func<int[], Matrix<double>> filling)
        {
            var sum = Matrix<double>.Build.Dense(Features, Features);
            for (var mask = 0; mask < 1 << Features; mask++)
            {
                var shown = Enumerable.Range(0, Features).Where(j => (mask >> j & 1) == 1).ToArray();
                var filled = filling(shown);
                sum += Math.Pow(1 - MissingRate, shown.Length) * Math.Pow(MissingRate, Features - shown.Length) * filled * truth * filled.Transpose();
            }

            sum.SetDiagonal(Vector<double>.Build.Dense(Features, diagonal));
            return sum;
        }

        var covariance = Moments(shown => Matrix<double>.Build.Dense(Features, Features, (i, j) => i == j && shown.Contains(i) ? 1 : 0));
        for (var round = 0; round < PfnConstants.Rounds; round++)
        {
            var present = covariance;
            covariance = Moments(shown => Filling(present, shown));
        }

        return covariance;
    }

    // Completes a row linearly: observed cells as they are, missing ones by their conditional mean, [F, F].
    private static Matrix<double> Filling(Matrix<double> covariance, int[] shown)
    {
        var filling = Matrix<double>.Build.Dense(Features, Features);
        foreach (var j in shown) filling[j, j] = 1;
        if (shown.Length is 0 or Features) return filling;
        var part = Matrix<double>.Build.Dense(shown.Length, shown.Length, (i, j) => covariance[shown[i], shown[j]]);
        foreach (var missing in Enumerable.Range(0, Features).Except(shown))
        {
            var weights = part.Solve(Vector<double>.Build.Dense(shown.Length, i => covariance[missing, shown[i]]));
            for (var i = 0; i < shown.Length; i++) filling[missing, shown[i]] = weights[i];
        }

        return filling;
    }

    private static Matrix<double> TrueCovariance(float[] mixing, float[] scale)
    {
        var a = Matrix<double>.Build.Dense(Features, Features, (i, j) => mixing[i * Features + j] / scale[j]);
        return a.TransposeThisAndMultiply(a);
    }
}
