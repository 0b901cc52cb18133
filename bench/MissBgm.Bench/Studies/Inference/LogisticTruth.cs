namespace MissBgm.Bench.Studies.Inference;

/// <summary>Logistic regression of whether y exceeds its mean on x1: the fit, and its slope under the law.</summary>
internal static class LogisticTruth
{
    private const int Points = 4001;

    /// <summary>
    /// The slope that infinitely many rows give: P(y &gt; 1 | x1) = Phi(1.25 x1 / sqrt(1.1875)), x1 standard normal, fitted by a logistic
    /// curve.
    /// </summary>
    public static double Slope { get; } = Infinite();

    /// <summary>Maximum likelihood by Newton's method, its ridge 1e-6.</summary>
    public static Estimate Fit(double[] outcome, double[] x) => Newton(outcome, x, Enumerable.Repeat(1.0, x.Length).ToArray());

    private static double Infinite()
    {
        var x = Enumerable.Range(0, Points).Select(i => -6 + 12.0 * i / (Points - 1)).ToArray();
        var weight = Array.ConvertAll(x, v => Math.Exp(-0.5 * v * v));
        return Newton(Array.ConvertAll(x, v => Runtime.Numerics.StandardNormal.Cdf(1.25 * v / Math.Sqrt(1.1875))), x, weight).Value;
    }

    private static Estimate Newton(double[] outcome, double[] x, double[] weight)
    {
        var (a, b, variance) = (0.0, 0.0, double.NaN);
        for (var step = 0; step < 30; step++)
        {
            var (ga, gb, haa, hab, hbb) = (0.0, -1e-6 * b, 1e-9, 0.0, 1e-6);
            for (var i = 0; i < x.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-a - b * x[i]));
                var (residual, curvature) = (weight[i] * (outcome[i] - p), weight[i] * p * (1 - p));
                (ga, gb, haa, hab, hbb) = (ga + residual, gb + residual * x[i], haa + curvature, hab + curvature * x[i], hbb + curvature * x[i] * x[i]);
            }

            var determinant = haa * hbb - hab * hab;
            variance = haa / determinant;
            a += Math.Clamp((hbb * ga - hab * gb) / determinant, -2, 2);
            b += Math.Clamp((haa * gb - hab * ga) / determinant, -2, 2);
        }

        return new Estimate(b, Math.Sqrt(variance), x.Length - 2);
    }
}
