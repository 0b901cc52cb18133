using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>
/// The standard normal law as graph nodes, stable in float32 for arguments from -40 to 40 and beyond: log Phi, phi / Phi, the variance of a
/// truncated normal, and Phi^-1 of a log-probability. Polynomials in y = 2t - 1 with t = K / (K + |x|), which maps the half line to (0, 1]; their
/// truncation errors lie below float32's rounding.
/// </summary>
internal static class NormalTails
{
    private const double SqrtTwoOverPi = 0.79788456080286535588;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;
    private const double LogHalf = -0.69314718055994530942;

    // 2 e^(x^2 / 2) Phi(-x) / t, t = 3 / (3 + x / sqrt 2): error 7e-9.
    private static readonly double[] ScaledTail =
    [
        0.35800230410450452, 0.29446481506229316, 0.1967426585347023, 0.10348916310367174, 0.039844100230212371, 0.0089417900375430848,
        -0.00041079034720134452, -0.0010091414855283153, -0.00016928352617058943, 8.832780724081984e-5, 2.2609878524025782e-5,
        -6.5519701868292944e-6,
    ];

    // (1 - m (m - x)) / t^2 with m = phi(x) / Phi(-x), t = 4 / (4 + x): error 7e-8.
    private static readonly double[] TailVariance =
    [
        0.186691354292, 0.198021097361, 0.0627072146294, -0.0514629730237, -0.0537269561451, -0.00053860567699, 0.0229491679588,
        0.00731493482052, -0.00701471295538, -0.0036385038317, 0.00150961026117, 0.000744225661937, -0.000175565561382,
    ];

    // Phi^-1(p) + s, s = sqrt(-2 log p), for s in [sqrt(2 log 2), 60], t = 3 / (3 + s) mapped to y in [-1, 1]: error 6e-7.
    private static readonly double[] Quantile =
    [
        0.531025935352493013, 0.484333025624749626, 0.0888212469653112344, 0.0497994040540059247, 0.0104305351857740537,
        0.00854816475068950997, -0.000428160908031817643, 0.00499819314492600823, 0.00541089599133080582, -0.00706624051282893698,
        -0.0102110450257836879, 0.0128415083449080468, 0.0090274521021717131, -0.010239573639462854, -0.0035745116773959458,
        0.00369326870825783002,
    ];

    private const double QuantileLow = 0.04761904761904761905;
    private const double QuantileHigh = 0.71814832248463751959;

    /// <summary>log Phi(x); its derivative is <see cref="InverseMills"/>, not that of the nodes.</summary>
    public static Tensor LogNormalCdf(this Tensor x)
    {
        var (value, mills) = LogCdfAndMills(x);
        return value.Held() + mills.Held() * (x - x.Held());
    }

    /// <summary>phi(x) / Phi(x), the derivative of log Phi. No derivative flows through it.</summary>
    public static Tensor InverseMills(this Tensor x) => LogCdfAndMills(x).Mills.Held();

    /// <summary>
    /// 1 - m (m - x) with m = phi(x) / Phi(-x): the variance of a standard normal variable known to exceed x; falls off as 1 / x^2 in the right tail.
    /// No derivative flows through it.
    /// </summary>
    public static Tensor TruncatedVariance(this Tensor x)
    {
        var t = 4 / (4 + x.Max(0));
        var mills = (-x).InverseMills();
        return x.Greater(0).Where(t.Square() * Polynomial(TailVariance, 2 * t - 1), 1 - mills * (mills - x)).Held();
    }

    /// <summary>Phi^-1(e^x) for x below 0: finite where the probability underflows. No derivative flows through it.</summary>
    public static Tensor NormalQuantileOfLog(this Tensor x)
    {
        var left = x.Less(LogHalf);
        // 1 - e^x = -x (1 + x/2 + x^2/6) to float32's precision near 0.
        var complement = x.Greater(-0.02).Where(-x * (1 + x * (0.5 + x / 6)), 1 - x.Exp());
        var tail = left.Where(x, complement.Log());
        var quantile = LowerTailQuantile(tail);
        return left.Where(quantile, -quantile).Held();
    }

    /// <summary>Phi^-1(u), a real number, of probabilities in double precision. No derivative flows through it.</summary>
    public static Tensor NormalQuantile(this Tensor u)
    {
        var quantile = LowerTailQuantile(u.Min(1 - u).Log().Cast(ElementType.Real));
        return u.Less(0.5).Where(quantile, -quantile).Held();
    }

    // Phi^-1(e^x) for x up to log(1/2).
    private static Tensor LowerTailQuantile(Tensor x)
    {
        var s = (-2 * x).Sqrt();
        var y = ((3 / (3 + s) - QuantileLow) * (2 / (QuantileHigh - QuantileLow)) - 1).Max(-1);
        return Polynomial(Quantile, y) - s;
    }

    private static (Tensor Log, Tensor Mills) LogCdfAndMills(Tensor x)
    {
        var t = 3 / (3 + x.Abs() / Math.Sqrt(2));
        var scaled = t * Polynomial(ScaledTail, 2 * t - 1);
        var exponent = -0.5 * x.Square();
        var density = exponent.Exp();
        var upper = 0.5 * density * scaled;
        var complement = 1 - upper;
        var left = x.Less(0);

        // On the right log1p(-upper): log of the rounded complement, less what the rounding lost.
        var rounding = (upper + (complement - 1)) / complement;
        var log = left.Where(0.5 * scaled, complement).Log() + left.Where(exponent, -rounding);
        var mills = left.Where(x.Graph.Constant(SqrtTwoOverPi), InverseSqrtTwoPi * density) / left.Where(scaled, complement);
        return (log, mills);
    }

    private static Tensor Polynomial(double[] coefficients, Tensor y) =>
        coefficients[..^1].Reverse().Aggregate(y.Graph.Constant(coefficients[^1]), (sum, coefficient) => sum * y + coefficient);
}
