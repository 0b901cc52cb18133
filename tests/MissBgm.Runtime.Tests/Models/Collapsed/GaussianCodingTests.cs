using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>Discrete columns as Gaussian ones, and what a collapsed model says of their levels against quadrature.</summary>
public class GaussianCodingTests
{
    private static readonly ColumnSchema[] Columns =
    [
        Column("x", ColumnType.Numeric, null),
        Column("size", ColumnType.Ordinal, [0.5, 0.2, 0.3]),
        Column("flag", ColumnType.Binary, [0.9, 0.1]),
        Column("colour", ColumnType.Categorical, [0.2, 0.5, 0.3]),
    ];

    private static readonly GaussianCoding Coding = new(Columns);

    [Fact]
    public void Every_value_comes_back_from_its_code()
    {
        Assert.Equal(["x", "size", "flag", "colour=0", "colour=1", "colour=2"], Coding.Names);
        for (var i = 0; i < 18; i++)
        {
            float[] row = [0.7f, i % 3, i / 9, i / 3 % 3];
            var coded = Coding.Encode(new EncodedTable(1, 4, row, [1, 1, 1, 1]));
            Assert.Equal(row, Coding.Decode(coded.Values));
            Assert.All(coded.Observed, observed => Assert.Equal(1f, observed));
        }
    }

    [Fact]
    public void Codes_have_mean_0_and_variance_1_and_a_categorical_column_s_are_missing_together()
    {
        double[][] shares = [[0.5, 0.2, 0.3], [0.9, 0.1], [0.2, 0.5, 0.3]];
        for (var column = 1; column < 4; column++)
        {
            var codes = Enumerable.Range(0, shares[column - 1].Length).Select(level =>
            {
                var row = new float[4];
                row[column] = level;
                return Coding.Encode(new EncodedTable(1, 4, row, [.. Enumerable.Range(0, 4).Select(c => c == column ? 1f : 0f)]));
            }).ToArray();
            var places = Enumerable.Range(0, 6).Where(place => codes[0].Observed[place] == 1).ToArray();
            Assert.Equal(column == 3 ? [3, 4, 5] : [column], places);
            Assert.All(places, place =>
            {
                Assert.Equal(0, codes.Select((code, level) => shares[column - 1][level] * code.Values[place]).Sum(), 1e-6);
                Assert.Equal(1, codes.Select((code, level) => shares[column - 1][level] * code.Values[place] * code.Values[place]).Sum(), 1e-6);
            });
        }
    }

    [Fact]
    public void A_standard_normal_variable_has_the_levels_with_their_shares()
    {
        var counts = new int[3];
        for (var i = 0; i < 10_000; i++) counts[(int)Coding.Decode([0, (float)StandardNormal.Quantile((i + 0.5) / 10_000), 0, 0, 0, 0])[1]]++;
        Assert.Equal([5000, 2000, 3000], counts);
    }

    // 20,000 draws other than those that the offsets were found on, 2,048: five standard errors of a share of both together are at most 5.8
    // points, of 3 % 2.0, of 0.5 % 0.8.
    [Theory]
    [InlineData(0.9, 0.07, 0.03)]
    [InlineData(0.4, 0.35, 0.25)]
    [InlineData(0.6, 0.3, 0.08, 0.015, 0.005)]
    public void Normal_indicators_have_the_levels_with_their_shares(params double[] shares)
    {
        var column = Column("c", ColumnType.Categorical, shares);
        var (coding, counts, normals, row) = (new GaussianCoding([column]), new double[shares.Length], new float[shares.Length], new float[shares.Length]);
        for (var draw = 0; draw < 20_000; draw++)
        {
            new Philox(77).Normals(normals, RandomPurpose.Simulation, 0, draw, 0);
            var along = shares.Select((s, k) => Math.Sqrt(s) * normals[k]).Sum();
            for (var k = 0; k < row.Length; k++) row[k] = (float)((normals[k] - Math.Sqrt(shares[k]) * along) / Math.Sqrt(1 - shares[k]));
            counts[(int)coding.Decode(row)[0]]++;
        }

        Assert.All(
            shares.Select((share, k) => (share, k)),
            pair => Assert.Equal(
                pair.share, counts[pair.k] / 20_000, 5 * Math.Sqrt(pair.share * (1 - pair.share) * (1 / 2048.0 + 1 / 20_000.0))));
    }

    // One latent variable; x is observed, the others' levels are missing. Chains of 400 even draws, 32 rows: five standard errors of a share are below 0.02.
    [Fact]
    public void The_levels_probabilities_are_those_of_quadrature()
    {
        var weights = new CollapsedWeights(
            1, 6, [0.8, -0.7, 0.6, 0.5, -0.9, 0.4], [0.1, 0.0, 0.2, 0.1, 0.0, -0.1], [0.6, 0.7, 0.8, 0.7, 0.5, 0.9], new double[6],
            new double[6], new double[6]);
        var law = Quadrature(weights, 0.9);
        using var model = new TestModel(weights, Mechanism.Ignorable, Columns, new InferenceSettings { Draws = 256, BurnIn = 5, Chains = 2 });
        using var imputer = Imputer.Load(model.Path);
        var cells = imputer.Impute(Read(Enumerable.Repeat("0.9,,,", 32))).Cells;
        for (var column = 1; column < 4; column++)
        {
            for (var level = 0; level < law[column - 1].Length; level++)
            {
                Assert.Equal(law[column - 1][level], cells.Where(cell => cell.Column == column).Average(cell => cell.Probabilities![level]), 0.02);
            }
        }
    }

    private static double[][] Quadrature(CollapsedWeights weights, double x)
    {
        double[][] law = [new double[3], new double[2], new double[3]];
        var mass = 0.0;
        for (var z = -6.0; z <= 6.0; z += 0.05)
        {
            var weight = Math.Exp(-0.5 * z * z - 0.5 * Math.Pow((x - Mean(0, z)) / weights.Scale[0], 2));
            mass += weight;
            double Below(int j, double cut) => StandardNormal.Cdf((cut - Mean(j, z)) / weights.Scale[j]);
            var (low, high) = (Below(1, StandardNormal.Quantile(0.5)), Below(1, StandardNormal.Quantile(0.7)));
            double[][] now = [[low, high - low, 1 - high], [Below(2, StandardNormal.Quantile(0.9)), 1 - Below(2, StandardNormal.Quantile(0.9))], Largest(z)];
            for (var c = 0; c < 3; c++)
            {
                for (var level = 0; level < now[c].Length; level++) law[c][level] += weight * now[c][level];
            }
        }

        return Array.ConvertAll(law, shares => Array.ConvertAll(shares, share => share / mass));

        double Mean(int j, double z) => weights.Intercept[j] + weights.Loadings[j] * z;

        // P(indicator k = o_k + s_k + sqrt(s_k (1 - s_k)) y_k, o its offset, is the largest of three independent normal ones).
        double[] Largest(double z)
        {
            double[] shares = [0.2, 0.5, 0.3];
            var offsets = LevelOffsets.Of(shares);
            var mean = shares.Select((s, k) => offsets[k] + s + Math.Sqrt(s * (1 - s)) * Mean(3 + k, z)).ToArray();
            var scale = shares.Select((s, k) => Math.Sqrt(s * (1 - s)) * weights.Scale[3 + k]).ToArray();
            return [.. shares.Select((_, k) => Enumerable.Range(-60, 121).Sum(i =>
            {
                var u = 0.1 * i;
                var value = mean[k] + scale[k] * u;
                return 0.1 * Math.Exp(-0.5 * u * u - StandardNormal.LogSqrtTwoPi)
                    * Enumerable.Range(0, 3).Where(l => l != k)
                        .Aggregate(1.0, (p, l) => p * StandardNormal.Cdf((value - mean[l]) / scale[l]));
            }))];
        }
    }

    private static ColumnSchema Column(string name, ColumnType type, double[]? shares) => new()
    {
        Name = name,
        Type = type,
        Location = 0,
        Scale = 1,
        Minimum = 0,
        Maximum = (shares?.Length ?? 3) - 1,
        ObservedShare = 1,
        Levels = shares?.Select((_, level) => $"{level}").ToArray(),
        LevelShares = shares,
    };

    private static Table Read(IEnumerable<string> lines)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes("x,size,flag,colour\n" + string.Join('\n', lines) + "\n"));
        return TableReader.Read(stream, "rows");
    }
}
