using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Paper;

/// <summary>
/// One missing cell and a mask network: p(x_2 | x_1, r) is proportional to N(x_2; m, s^2) times the mask's likelihood to the power beta,
/// which quadrature on a line gives to any precision.
/// </summary>
public class QuadratureTests
{
    private const int Replicates = 64;
    private static readonly double[] W = [1.2, -0.8];
    private static readonly double[] B = [0.1, 0.4];
    private static readonly double[] V = [0.3, 0.5];

    // Strong self-masking, and a say of x_1 and x_2 in each other's masks.
    private static readonly float[] MaskKernel = [0.5f, -1f, 1.5f, -3f];
    private static readonly float[] MaskBias = [0.2f, -0.3f];

    // 3 betas x 2 samplers x 4 statistics; a bound of 4.5 standard errors (64 replicates) fails a right sampler about once in 2,500 runs of
    // all six.
    [Theory]
    [InlineData(SamplerKind.Joint, 0)]
    [InlineData(SamplerKind.Joint, 0.01)]
    [InlineData(SamplerKind.Joint, 1)]
    [InlineData(SamplerKind.Paper, 0)]
    [InlineData(SamplerKind.Paper, 0.01)]
    [InlineData(SamplerKind.Paper, 1)]
    public void One_missing_cell_matches_quadrature(SamplerKind sampler, double beta)
    {
        const double Observed = 0.9;
        var mask = new PerceptronWeights([], new DenseWeights(2, 2, MaskKernel, MaskBias), 0.2);
        var weights = TestModel.LinearGaussian(new[,] { { W[0] }, { W[1] } }, B, V, mask);
        var settings = new InferenceSettings { Sampler = sampler, Beta = beta, Draws = 1000, BurnIn = 300, Chains = 2, LeapfrogSteps = 3 };
        using var model = new TestModel(weights, 1, TestModel.Columns(2), settings);
        using var imputer = Imputer.Load(model.Path);
        var cells = imputer.Impute(Replicated.Rows([[Observed, double.NaN]], Replicates)).Cells;

        var (mean, sd, lower, upper) = Quadrature(Observed, beta);
        Replicated.AssertAverage(mean, cells, cell => cell.Mean);
        Replicated.AssertAverage(sd, cells, cell => cell.Sd);
        Replicated.AssertAverage(lower, cells, cell => cell.Lower);
        Replicated.AssertAverage(upper, cells, cell => cell.Upper);
    }

    private static (double Mean, double Sd, double Lower, double Upper) Quadrature(double x1, double beta)
    {
        var (v11, v12, v22) = (W[0] * W[0] + V[0], W[0] * W[1], W[1] * W[1] + V[1]);
        var (m, s2) = (B[1] + v12 / v11 * (x1 - B[0]), v22 - v12 * v12 / v11);
        double LogSigmoid(double f) => -Math.Log(1 + Math.Exp(-f));
        double Density(double x2)
        {
            var f1 = x1 * MaskKernel[0] + x2 * MaskKernel[2] + MaskBias[0];
            var f2 = x1 * MaskKernel[1] + x2 * MaskKernel[3] + MaskBias[1];
            return Math.Exp(-(x2 - m) * (x2 - m) / (2 * s2) + beta * (LogSigmoid(f1) + LogSigmoid(-f2)));
        }

        const int Nodes = 20001;
        var grid = Enumerable.Range(0, Nodes).Select(i => m + Math.Sqrt(s2) * 8 * (2.0 * i / (Nodes - 1) - 1)).ToArray();
        var density = Array.ConvertAll(grid, Density);
        var total = density.Sum();
        var mean = grid.Zip(density, (x, w) => x * w).Sum() / total;
        var sd = Math.Sqrt(grid.Zip(density, (x, w) => (x - mean) * (x - mean) * w).Sum() / total);
        double Quantile(double q)
        {
            var sum = 0.0;
            return grid[Array.FindIndex(density, w => (sum += w) >= q * total)];
        }

        return (mean, sd, Quantile(0.025), Quantile(0.975));
    }
}
