using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using Xunit.Sdk;

namespace MissBgm.Runtime.Tests.Models.Paper;

/// <summary>
/// A row with a number and two levels missing, a mask network on all of it and one latent dimension: the posterior of the levels by
/// enumeration, and of the number and z by quadrature on a grid. Rows repeat as independent replicates.
/// </summary>
public class DiscretePosteriorTests
{
    private const int Replicates = 64;
    internal const double A = 0.9;
    private static readonly double[] Loading = [1.2, -0.8];
    private static readonly double[] Offset = [0.1, 0.4];
    private static readonly double[] Variance = [0.3, 0.5];

    // Outputs of the discrete head: flag, colour (3), grade; the last with thresholds.
    private static readonly float[] HeadKernel = [1.5f, 1f, -0.5f, -1f, 1.4f];
    private static readonly float[] HeadBias = [-0.3f, 0.2f, 0.1f, -0.2f, 0.3f];
    private static readonly float[] Thresholds = [-0.5f, 0.8f];

    // Networks see a, b, flag (2), colour (3), grade (3); the logits are those of a, b, flag, colour, grade being observed.
    private static readonly float[,] MaskKernel =
    {
        { 0.5f, -1f, 0.3f, 0.2f, 0f }, { 1.5f, -2f, 0.8f, -1f, 0.2f },
        { 0.4f, 1f, 1.2f, -0.5f, 0f }, { -0.6f, -1f, -1.5f, 0.7f, 0.3f },
        { 0.7f, 0.2f, 1f, 1.4f, -0.4f }, { -0.3f, 0.5f, -0.8f, -1.6f, 0.2f }, { 0.1f, -0.9f, 0.3f, 0.2f, 0.6f },
        { 0.2f, 0f, 0.1f, 0.3f, 0.5f }, { 0f, 0.1f, -0.2f, 0f, 0.4f }, { 0.3f, -0.1f, 0f, 0.2f, 0.1f },
    };

    internal static readonly ColumnSchema[] Columns =
    [
        .. TestModel.Columns(2),
        Level("flag", ColumnType.Binary, "no", "yes"), Level("colour", ColumnType.Categorical, "blue", "green", "red"),
        Level("grade", ColumnType.Ordinal, "low", "middle", "high"),
    ];

    // 2 betas x 2 samplers x 6 statistics; a bound of 4.5 standard errors (64 replicates) fails a right sampler about once in 1,200 runs of
    // all four.
    [Theory]
    [InlineData(SamplerKind.Joint, 0)]
    [InlineData(SamplerKind.Joint, 1)]
    [InlineData(SamplerKind.Paper, 0)]
    [InlineData(SamplerKind.Paper, 1)]
    public void Levels_and_numbers_match_enumeration(SamplerKind sampler, double beta)
    {
        var cells = Impute(sampler, beta);
        AssertMatches(Exact(beta), cells);
        Assert.Throws<InRangeException>(() => AssertMatches(Exact(1 - beta), cells));
    }

    [Fact]
    public void Levels_are_renewed_and_the_diagnostics_say_so()
    {
        var report = Run(SamplerKind.Joint, 1, new ImputeOptions { Seed = 3 });
        var tally = report.Report.Updates["levels"];
        Assert.Equal(Replicates * 2L * 2 * 300, tally.Updates);
        Assert.InRange(tally.Acceptance, 0.3, 0.999);
        Assert.All(report.Cells.Where(cell => cell.Column > 1), cell => Assert.InRange(cell.RHat, 0.99, 1.1));
        Assert.Equal(1.0, Run(SamplerKind.Paper, 0, new ImputeOptions()).Report.Updates["levels"].Acceptance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_mode_is_the_joint_one(double beta)
    {
        var cells = Run(SamplerKind.Joint, beta, new ImputeOptions { MapOnly = true }).Cells.Where(cell => cell.Row == 0).ToArray();
        var (b, flag, colour) = Mode(beta);
        Assert.Equal((flag, colour), ((int)cells[1].Map, (int)cells[2].Map));
        Assert.Equal(b, cells[0].Map, 0.02);
        Assert.Null(cells[1].Probabilities);
    }

    [Fact]
    public void Results_do_not_depend_on_threads_or_splits()
    {
        var whole = Run(SamplerKind.Joint, 1, new ImputeOptions { Threads = 1 }).Cells;
        var threads = Run(SamplerKind.Joint, 1, new ImputeOptions { Threads = 3 }).Cells;
        Assert.Equal(
            whole.Select(cell => string.Join(';', cell.Probabilities ?? [cell.Mean])),
            threads.Select(cell => string.Join(';', cell.Probabilities ?? [cell.Mean])));
    }

    /// <summary>
    /// The paper's sampler has one step size for all rows: those without a missing number, whose updates always succeed, must have no say
    /// in it.
    /// </summary>
    [Fact]
    public void Rows_that_lack_levels_alone_leave_the_step_size_of_numbers_to_the_others()
    {
        var settings = new InferenceSettings { Sampler = SamplerKind.Paper, Beta = 0, Draws = 200, BurnIn = 300, Chains = 2, LeapfrogSteps = 3 };
        using var model = new TestModel(Weights(), 1, Columns, settings);
        using var imputer = Imputer.Load(model.Path);
        var rows = $"{A},,,,high\n" + string.Concat(Enumerable.Repeat($"{A},0.4,,red,high\n", 31));
        var imputed = imputer.Impute(TableReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes("a,b,flag,colour,grade\n" + rows)), "t.csv"));
        Assert.Equal(0, imputed.Report.Convergence!.Divergences);
        Assert.InRange(imputed.Cells.Single(cell => cell.Column == 1).RHat, 0.99, 1.1);
    }

    /// <summary>Without columns of numbers z is all that HMC moves.</summary>
    [Theory]
    [InlineData(SamplerKind.Joint)]
    [InlineData(SamplerKind.Paper)]
    public void A_table_of_levels_alone_matches_enumeration(SamplerKind sampler)
    {
        var generator = TestModel.LinearGaussian(new double[0, 1], [], []).Generator;
        var head = new DiscreteHeadWeights(new DenseWeights(1, 5, HeadKernel, HeadBias), [new(2), new(3), new(3, Thresholds)]);
        var mask = new PerceptronWeights(
            [],
            new DenseWeights(
                8, 3, [.. Enumerable.Range(2, 8).SelectMany(row => Enumerable.Range(2, 3).Select(j => MaskKernel[row, j]))], new float[3]),
            0.2);
        var settings = new InferenceSettings { Sampler = sampler, Beta = 1, Draws = 200, BurnIn = 200, Chains = 2, LeapfrogSteps = 3 };
        using var model = new TestModel(new MissBgmWeights(generator with { Discrete = head }, mask, TestModel.Linear(8, 1)), 1, Columns[2..], settings);
        using var imputer = Imputer.Load(model.Path);
        var rows = string.Concat(Enumerable.Repeat(",red,high\n", Replicates));
        var imputed = imputer.Impute(TableReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes("flag,colour,grade\n" + rows)), "t.csv"));
        Assert.Equal(0, imputed.Report.Convergence!.Divergences);

        double Weight(int flag) => Math.Exp(LogMask(0, flag, 2, firstColumn: 2, a: 0, observed: [3, 4])) * Grid(2001, -8, 8).Sum(z =>
            Math.Exp(LogLevels(z, flag, 2)));
        Replicated.AssertAverage(Weight(1) / (Weight(0) + Weight(1)), imputed.Cells, cell => cell.Probabilities![1]);
    }

    private static void AssertMatches((double Mean, double Sd, double[] Levels) exact, IReadOnlyList<ImputedCell> cells)
    {
        Replicated.AssertAverage(exact.Mean, cells.Where(cell => cell.Column == 1), cell => cell.Mean);
        Replicated.AssertAverage(exact.Sd, cells.Where(cell => cell.Column == 1), cell => cell.Sd);
        Replicated.AssertAverage(exact.Levels[1], cells.Where(cell => cell.Column == 2), cell => cell.Probabilities![1]);
        for (var level = 0; level < 3; level++)
        {
            var number = level;
            Replicated.AssertAverage(exact.Levels[2 + level], cells.Where(cell => cell.Column == 3), cell => cell.Probabilities![number]);
        }
    }

    private static IReadOnlyList<ImputedCell> Impute(SamplerKind sampler, double beta) => Run(sampler, beta, new ImputeOptions()).Cells;

    private static ImputedTable Run(SamplerKind sampler, double beta, ImputeOptions options)
    {
        var settings = new InferenceSettings { Sampler = sampler, Beta = beta, Draws = 300, BurnIn = 100, Chains = 2, LeapfrogSteps = 3 };
        using var model = new TestModel(Weights(), 1, Columns, settings);
        using var imputer = Imputer.Load(model.Path);
        var rows = string.Concat(Enumerable.Repeat($"{A},,,,high\n", Replicates));
        return imputer.Impute(TableReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes("a,b,flag,colour,grade\n" + rows)), "t.csv"), options);
    }

    private static ColumnSchema Level(string name, ColumnType type, params string[] levels) => new()
    {
        Name = name,
        Type = type,
        Location = 0,
        Scale = 1,
        Minimum = 0,
        Maximum = levels.Length - 1,
        ObservedShare = 0.8,
        Levels = levels,
        LevelShares = [.. levels.Select(_ => 1.0 / levels.Length)],
    };

    internal static MissBgmWeights Weights()
    {
        var continuous = TestModel.LinearGaussian(new[,] { { Loading[0] }, { Loading[1] } }, Offset, Variance);
        var head = new DiscreteHeadWeights(new DenseWeights(1, 5, HeadKernel, HeadBias), [new(2), new(3), new(3, Thresholds)]);
        var mask = new PerceptronWeights([], new DenseWeights(10, 5, [.. MaskKernel.Cast<float>()], new float[5]), 0.2);
        return new MissBgmWeights(continuous.Generator with { Discrete = head }, mask, TestModel.Linear(10, 1));
    }

    // log p(z, a, b, flag, colour, grade = high) but for a constant.
    private static double LogModel(double z, double b, int flag, int colour)
    {
        double Gaussian(double x, int j) => -Math.Pow(x - Offset[j] - Loading[j] * z, 2) / (2 * Variance[j]);
        return Gaussian(A, 0) + Gaussian(b, 1) + LogLevels(z, flag, colour);
    }

    private static double LogLevels(double z, int flag, int colour)
    {
        double Output(int k) => HeadBias[k] + HeadKernel[k] * z;
        var colours = Enumerable.Range(1, 3).Select(Output).ToArray();
        return -z * z / 2 + LogSigmoid(flag == 1 ? Output(0) : -Output(0)) + colours[colour] - Math.Log(colours.Sum(Math.Exp))
            + LogSigmoid(Output(4) - Thresholds[1]);
    }

    private static double LogMask(double b, int flag, int colour) => LogMask(b, flag, colour, 0, A, [0, 4]);

    private static double LogMask(double b, int flag, int colour, int firstColumn, double a, int[] observed)
    {
        var sum = 0.0;
        for (var j = firstColumn; j < 5; j++)
        {
            var logit = a * MaskKernel[0, j] + b * MaskKernel[1, j] + MaskKernel[2 + flag, j] + MaskKernel[4 + colour, j] + MaskKernel[9, j];
            sum += LogSigmoid(observed.Contains(j) ? logit : -logit);
        }

        return sum;
    }

    private static double LogSigmoid(double x) => -Math.Max(-x, 0) - Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double[] Grid(int nodes, double from, double to) => [.. Enumerable.Range(0, nodes).Select(i => from + (to - from) * i / (nodes - 1))];

    /// <summary>Mean and standard deviation of b, and the probabilities of the levels of flag and colour, given a and grade = high.</summary>
    internal static (double Mean, double Sd, double[] Levels) Exact(double beta)
    {
        var (latent, numbers) = (Grid(301, -5, 5), Grid(401, -7, 7));
        var (total, first, second, levels) = (0.0, 0.0, 0.0, new double[5]);
        foreach (var b in numbers)
        {
            foreach (var (flag, colour) in from flag in new[] { 0, 1 } from colour in new[] { 0, 1, 2 } select (flag, colour))
            {
                var weight = Math.Exp(beta * LogMask(b, flag, colour)) * latent.Sum(z => Math.Exp(LogModel(z, b, flag, colour)));
                (total, first, second) = (total + weight, first + weight * b, second + weight * b * b);
                levels[flag] += weight;
                levels[2 + colour] += weight;
            }
        }

        var mean = first / total;
        return (mean, Math.Sqrt(second / total - mean * mean), Array.ConvertAll(levels, level => level / total));
    }

    private static (double B, int Flag, int Colour) Mode(double beta)
    {
        var (latent, numbers) = (Grid(401, -4, 4), Grid(401, -4, 4));
        return (from b in numbers from flag in new[] { 0, 1 } from colour in new[] { 0, 1, 2 } select (b, flag, colour))
            .MaxBy(state => beta * LogMask(state.b, state.flag, state.colour) + latent.Max(z => LogModel(z, state.b, state.flag, state.colour)));
    }
}
