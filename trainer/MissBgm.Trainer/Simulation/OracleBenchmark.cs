namespace MissBgm.Trainer.Simulation;

/// <summary>What the oracle benchmark is made from (MissBGM Appendix C.1).</summary>
public sealed record OracleBenchmarkSettings
{
    /// <summary>Number of rows, n.</summary>
    public int Rows { get; init; } = 5000;

    /// <summary>Number of columns, p: anchors first, then targets.</summary>
    public int Columns { get; init; } = 50;

    /// <summary>Number of always observed anchor columns, p_a.</summary>
    public int Anchors { get; init; } = 5;

    /// <summary>Share of the target block that is hidden, r.</summary>
    public double MissingRate { get; init; } = 0.2;

    /// <summary>Seed of the draws; the paper's is 123.</summary>
    public ulong Seed { get; init; } = 123;
}

/// <summary>
/// The self-masked Gaussian benchmark: targets are Gaussian given the anchors, and a target is hidden exactly when it exceeds a quantile of its
/// own conditional distribution, so that the hidden cells' posterior is a truncated Gaussian (MissBGM Appendix C.1, Eq. 58 to 66).
/// Draws, their order and the rounding to float32 after each are those of the paper's code.
/// </summary>
public static class OracleBenchmark
{
    /// <summary>Draws the benchmark.</summary>
    public static OracleData Simulate(OracleBenchmarkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (n, anchors, targets) = (settings.Rows, settings.Anchors, settings.Columns - settings.Anchors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(anchors, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targets, nameof(settings));

        var random = new NumpyGenerator(settings.Seed);
        var a = Normals(random, n, anchors, 1.0);
        var slope = Normals(random, anchors, targets, 0.4);
        var offset = Normals(random, 1, targets, 0.3);
        var sigma = new float[targets];
        for (var j = 0; j < targets; j++) sigma[j] = (float)random.Uniform(0.6, 1.2);
        var mu = Float32Product.Multiply(a, slope);
        var noise = Normals(random, n, targets, 1.0);

        var posterior = new TruncatedNormal(settings.MissingRate);
        var complete = new Matrix<float>(n, settings.Columns);
        var observed = new Matrix<byte>(n, settings.Columns);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < anchors; j++)
            {
                complete[i, j] = a[i, j];
                observed[i, j] = 1;
            }

            for (var j = 0; j < targets; j++)
            {
                mu[i, j] += offset[0, j];
                var spread = noise[i, j] * sigma[j];
                complete[i, anchors + j] = mu[i, j] + spread;
                var threshold = mu[i, j] + sigma[j] * (float)posterior.Threshold;
                observed[i, anchors + j] = complete[i, anchors + j] <= threshold ? (byte)1 : (byte)0;
            }
        }

        return new OracleData(complete, observed, mu, sigma, posterior);
    }

    private static Matrix<float> Normals(NumpyGenerator random, int rows, int columns, double scale)
    {
        var values = new Matrix<float>(rows, columns);
        for (var i = 0; i < values.Values.Length; i++) values.Values[i] = (float)(scale * random.StandardNormal());
        return values;
    }
}
