using System.Numerics;
using System.Runtime.CompilerServices;

namespace MissBgm.Runtime.Numerics;

/// <summary>
/// The standard normal law where the tails matter: log Phi, its derivative phi / Phi (the inverse Mills ratio) and Phi^-1 from a
/// log-probability, to double precision for every finite argument (measured against 60-digit references from -1e6 to 40). Each function is
/// written once, over <see cref="Vector{T}"/>; the scalar forms are its first lane.
/// </summary>
/// <remarks>
/// Both tails come from one polynomial: with z = |x| / sqrt 2 and t = 3 / (3 + z), erfcx(z) = exp(z^2) erfc(z) = t P(2t - 1), P of degree
/// 22 (Chebyshev truncation error 5e-17; erfcx(z) / t is analytic on [0, 1]).
/// </remarks>
public static class StandardNormal
{
    /// <summary>log sqrt(2 pi).</summary>
    public const double LogSqrtTwoPi = 0.91893853320467274178;

    private const double SqrtHalf = 0.70710678118654752440;
    private const double SqrtTwoOverPi = 0.79788456080286535588;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    // P in powers of y = 2t - 1.
    private static readonly double[] ScaledTail =
    [
        0.3580023023627798936, 0.29446481772329448711, 0.19674278570136932395, 0.1034890873001944075, 0.039842587095666312604,
        0.0089424115413504718965, -0.00040413887394316184599, -0.0010113539986860460674, -0.00018276991424949871961,
        0.00009225927134071365695, 0.000035853923636812827569, -0.000010132683861908936131, -5.8238574076360063716e-6,
        1.583009425367858404e-6, 9.2258296402014064107e-7, -3.3293900476369913353e-7, -1.37228426997053514e-7,
        7.795122669713508119e-8, 1.6652640553590824622e-8, -1.7060807323373566042e-8, -1.1893885619092367844e-9,
        2.8979247563452760681e-9, 2.3183140775046786231e-12, -2.7035624320633309795e-10,
    ];

    // Phi^-1(p) + s for s = sqrt(-2 log p), in powers of y: t = 3 / (3 + s) mapped from s in [sqrt(2 log 2), 60] to [-1, 1]; error 4e-6.
    private static readonly double[] QuantileStart =
    [
        0.53102719985974368, 0.484324948809671847, 0.0887415473289581024, 0.0499939961836083082, 0.0111750644768778774,
        0.00734488507071542945, -0.00241890049877208123, 0.00730594278392006217, 0.0054382978942854367, -0.00586309909908110824,
        -0.00345872388445799037, 0.00379996991459578066,
    ];

    private const double QuantileLow = 0.04761904761904761904762;
    private const double QuantileHigh = 0.7181483224846375195887;
    private const double LogHalf = -0.69314718055994530942;

    /// <summary>log Phi(x).</summary>
    public static double LogCdf(double x)
    {
        LogCdfAndMills(new Vector<double>(x), out var log, out _);
        return log[0];
    }

    /// <summary>phi(x) / Phi(x), the derivative of log Phi; grows as -x in the left tail.</summary>
    public static double InverseMills(double x)
    {
        LogCdfAndMills(new Vector<double>(x), out _, out var mills);
        return mills[0];
    }

    /// <summary>Phi(x).</summary>
    public static double Cdf(double x) => Cdf(new Vector<double>(x))[0];

    /// <summary>Phi^-1(p).</summary>
    /// <param name="p">A probability in (0, 1).</param>
    public static double Quantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(p, 1.0);
        return Quantile(new Vector<double>(p))[0];
    }

    /// <summary>Phi^-1(p) of every entry, in place.</summary>
    /// <param name="values">Probabilities in (0, 1).</param>
    public static void Quantiles(Span<double> values)
    {
        Span<double> last = stackalloc double[Vector<double>.Count];
        for (var i = 0; i < values.Length; i += last.Length)
        {
            var part = values.Slice(i, Math.Min(last.Length, values.Length - i));
            last.Fill(0.5);
            part.CopyTo(last);
            Quantile(new Vector<double>(last)).CopyTo(last);
            last[..part.Length].CopyTo(part);
        }
    }

    /// <summary>Phi^-1(exp(logP)): finite where the probability itself would underflow.</summary>
    /// <param name="logP">A log-probability below zero.</param>
    public static double QuantileOfLog(double logP) => QuantileOfLog(new Vector<double>(logP))[0];

    /// <summary>log Phi(x) and phi(x) / Phi(x) together, at the price of one.</summary>
    public static void LogCdfAndMills(Vector<double> x, out Vector<double> logCdf, out Vector<double> mills)
    {
        var half = new Vector<double>(0.5);
        var scaled = ScaledUpperTail(x);
        var exponent = -half * x * x;
        var density = Vector.Exp(exponent);
        var upper = half * density * scaled;
        var complement = Vector<double>.One - upper;
        var left = Vector.LessThan(x, Vector<double>.Zero);

        var inner = Vector.ConditionalSelect(left, half * scaled, complement);
        // log1p(-upper) on the right: log of the rounded complement, plus what the rounding lost.
        var rounding = (upper + (complement - Vector<double>.One)) / complement;
        logCdf = Vector.Log(inner) + Vector.ConditionalSelect(left, exponent, -rounding);
        mills = Vector.ConditionalSelect(left, new Vector<double>(SqrtTwoOverPi), density * InverseSqrtTwoPi)
            / Vector.ConditionalSelect(left, scaled, complement);
    }

    /// <summary>Phi(x).</summary>
    public static Vector<double> Cdf(Vector<double> x)
    {
        var tail = new Vector<double>(0.5) * Vector.Exp(new Vector<double>(-0.5) * x * x) * ScaledUpperTail(x);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<double>.Zero), tail, Vector<double>.One - tail);
    }

    /// <summary>Phi^-1(p) for probabilities in (0, 1).</summary>
    public static Vector<double> Quantile(Vector<double> p)
    {
        var tail = LowerTailQuantile(Vector.Log(Vector.Min(p, Vector<double>.One - p)));
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(p, new Vector<double>(0.5)), tail, -tail);
    }

    /// <summary>Phi^-1(exp(logP)) for log-probabilities below zero.</summary>
    public static Vector<double> QuantileOfLog(Vector<double> logP)
    {
        var left = Vector.LessThanOrEqual(logP, new Vector<double>(LogHalf));
        var x = LowerTailQuantile(Vector.ConditionalSelect(left, logP, LogOneMinusExp(logP)));
        return Vector.ConditionalSelect(left, x, -x);
    }

    // Phi^-1(exp(tail)) for tail up to log(1/2).
    private static Vector<double> LowerTailQuantile(Vector<double> tail)
    {
        var s = Vector.SquareRoot(-(tail + tail));
        var t = new Vector<double>(3.0) / (new Vector<double>(3.0) + s);
        var y = (t - new Vector<double>(QuantileLow)) * (2.0 / (QuantileHigh - QuantileLow)) - Vector<double>.One;
        var x = Polynomial(QuantileStart, Vector.Max(y, -Vector<double>.One)) - s;

        // Halley's step on log Phi(x) = tail; the second derivative of log Phi is -mills (mills + x).
        LogCdfAndMills(x, out var log, out var mills);
        var newton = (tail - log) / mills;
        return x + newton / (Vector<double>.One - new Vector<double>(0.5) * newton * (mills + x));
    }

    // log(1 - exp(v)) for v in (-log 2, 0), without cancellation: 1 - exp(v) = -v (1 + v/2 + v^2/6 + ...) where v is small.
    private static Vector<double> LogOneMinusExp(Vector<double> v)
    {
        var series = new Vector<double>(1.0 / 5040.0);
        foreach (var coefficient in (ReadOnlySpan<double>)[1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0])
        {
            series = Vector.FusedMultiplyAdd(series, v, new Vector<double>(coefficient));
        }

        var small = Vector.GreaterThan(v, new Vector<double>(-0.015625));
        return Vector.Log(Vector.ConditionalSelect(small, -v * series, Vector<double>.One - Vector.Exp(v)));
    }

    // 2 exp(x^2 / 2) Phi(-|x|).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> ScaledUpperTail(Vector<double> x)
    {
        var three = new Vector<double>(3.0);
        var t = three / Vector.FusedMultiplyAdd(Vector.Abs(x), new Vector<double>(SqrtHalf), three);
        return t * Polynomial(ScaledTail, t + t - Vector<double>.One);
    }

    // Even and odd halves separately: two short dependency chains instead of a long one. The coefficients are even in number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Polynomial(double[] coefficients, Vector<double> y)
    {
        var square = y * y;
        var last = coefficients.Length - 1;
        var odd = new Vector<double>(coefficients[last]);
        var even = new Vector<double>(coefficients[last - 1]);
        for (var i = last - 2; i > 0; i -= 2)
        {
            odd = Vector.FusedMultiplyAdd(odd, square, new Vector<double>(coefficients[i]));
            even = Vector.FusedMultiplyAdd(even, square, new Vector<double>(coefficients[i - 1]));
        }

        return Vector.FusedMultiplyAdd(odd, y, even);
    }
}
