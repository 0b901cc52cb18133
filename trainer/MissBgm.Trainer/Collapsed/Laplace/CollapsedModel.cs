using System.Numerics;
using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>
/// The collapsed model's parameters while they are fitted: one flat vector, and the effective quantities its kernels read. With the missing
/// values integrated out, a cell's mask depends on z through a threshold t_j(z) = tau_j + kappa_j mu_j(z) + c_j . z and a correlation rho_j:
/// selection has kappa = 0 and free (rho, tau, c); self, the probit of the raw value Phi(alpha x + a), has s = sqrt(1 + (alpha sigma)^2),
/// rho = alpha sigma / s, kappa = alpha / s, tau = a / s, c = 0; ignorable has rho = kappa = c = 0.
/// </summary>
/// <remarks>Columns without missing cells, and the padding, have rho = kappa = c = 0 and tau = +-40: their mask term is exactly zero.</remarks>
internal sealed class CollapsedModel
{
    /// <summary>|rho| stays below this: hard truncation has rho = 1, where w = sqrt(1 - rho^2) vanishes.</summary>
    public const double CorrelationBound = 0.99995;

    private const double Never = 40.0;
    private static readonly double SmallestLogScale = Math.Log(0.02);

    private readonly bool[] _masked;

    /// <summary>An ignorable model around a factor model.</summary>
    /// <param name="mechanism">What the mask may depend on.</param>
    /// <param name="factors">Starting loadings.</param>
    /// <param name="masked">Which columns have missing cells, [p].</param>
    /// <param name="slopes">The columns' self slopes alpha, [p]; read by <see cref="Mechanism.Self"/> only.</param>
    public CollapsedModel(Mechanism mechanism, FactorModel factors, bool[] masked, double[] slopes)
    {
        (Mechanism, Dimension, Stride, _masked) = (mechanism, factors.Dimension, factors.Stride, masked);
        Parameters = new double[ParameterCount];
        factors.Loadings.CopyTo(Loadings);
        factors.Intercept.CopyTo(Intercept);
        Slope = new double[Stride];
        for (var j = 0; j < Stride; j++)
        {
            LogScale[j] = 0.5 * Math.Log(factors.Variance[j]);
            Threshold[j] = j < masked.Length ? Never : -Never;
            if (IsMasked(j) && mechanism == Mechanism.Self) Slope[j] = slopes[j];
        }

        Free = FreeParameters();
        Refresh();
    }

    /// <summary>The same model with other parameters.</summary>
    /// <param name="masked">Which columns have a mask term, [p].</param>
    /// <param name="slopes">Self slopes, [p].</param>
    /// <param name="factors">Loadings, intercepts and noise.</param>
    /// <param name="thresholds">Intercepts a of the self masks, [p]; others stay.</param>
    public CollapsedModel With(bool[] masked, double[] slopes, FactorModel factors, double[] thresholds)
    {
        var model = new CollapsedModel(Mechanism, factors, masked, slopes);
        for (var j = 0; j < thresholds.Length; j++) model.Threshold[j] = model.Slope[j] == 0.0 ? Threshold[j] : thresholds[j];
        model.Refresh();
        return model;
    }

    /// <summary>A model of the same parameters, to be moved on.</summary>
    public CollapsedModel Clone()
    {
        var zeros = new double[Dimension * Stride];
        var model = new CollapsedModel(
            Mechanism, new FactorModel(Dimension, Stride, zeros, zeros[..Stride], [.. Enumerable.Repeat(1.0, Stride)], [], [], []), _masked,
            Slope[.._masked.Length]);
        Parameters.CopyTo(model.Parameters, 0);
        model.Refresh();
        return model;
    }

    public Mechanism Mechanism { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Padded columns, S.</summary>
    public int Stride { get; }

    /// <summary>Everything that is fitted: W' [d, S], b, log sigma, eta = atanh(rho / bound), t, C' [d, S].</summary>
    public double[] Parameters { get; }

    /// <summary>1 where a parameter is fitted, 0 where it stays.</summary>
    public double[] Free { get; }

    /// <summary>alpha_j of the self mechanism, [S].</summary>
    public double[] Slope { get; }

    public int ParameterCount => (2 * Dimension + 4) * Stride;

    public int InterceptOffset => Dimension * Stride;

    public int LogScaleOffset => InterceptOffset + Stride;

    public int CorrelationOffset => LogScaleOffset + Stride;

    public int ThresholdOffset => CorrelationOffset + Stride;

    public int ThresholdLoadingsOffset => ThresholdOffset + Stride;

    public Span<double> Loadings => Parameters.AsSpan(0, Dimension * Stride);

    public Span<double> Intercept => Parameters.AsSpan(InterceptOffset, Stride);

    public Span<double> LogScale => Parameters.AsSpan(LogScaleOffset, Stride);

    public Span<double> Eta => Parameters.AsSpan(CorrelationOffset, Stride);

    public Span<double> Threshold => Parameters.AsSpan(ThresholdOffset, Stride);

    public Span<double> ThresholdLoadings => Parameters.AsSpan(ThresholdLoadingsOffset, Dimension * Stride);

    /// <summary>1 / sigma, [S].</summary>
    public double[] InverseScale { get; private set; } = [];

    /// <summary>rho, [S].</summary>
    public double[] Correlation { get; private set; } = [];

    /// <summary>1 / w = 1 / sqrt(1 - rho^2), [S].</summary>
    public double[] InverseW { get; private set; } = [];

    /// <summary>tau, [S].</summary>
    public double[] ThresholdIntercept { get; private set; } = [];

    /// <summary>kappa, [S].</summary>
    public double[] ThresholdSlope { get; private set; } = [];

    public bool IsMasked(int column) => column < _masked.Length && _masked[column];

    /// <summary>Recomputes the effective quantities after the parameters moved.</summary>
    public void Refresh()
    {
        (InverseScale, Correlation, InverseW, ThresholdIntercept, ThresholdSlope) =
            (new double[Stride], new double[Stride], new double[Stride], new double[Stride], new double[Stride]);
        for (var j = 0; j < Stride; j++)
        {
            LogScale[j] = Math.Max(LogScale[j], SmallestLogScale);
            InverseScale[j] = Math.Exp(-LogScale[j]);
            var a = Slope[j] / InverseScale[j];
            var s = Math.Sqrt(1.0 + a * a);
            Correlation[j] = Mechanism == Mechanism.Self ? a / s : CorrelationBound * Math.Tanh(Eta[j]);
            InverseW[j] = Mechanism == Mechanism.Self ? s : 1.0 / Math.Sqrt(1.0 - Correlation[j] * Correlation[j]);
            ThresholdIntercept[j] = Threshold[j] / s;
            ThresholdSlope[j] = Slope[j] / s;
        }
    }

    /// <summary>
    /// Turns a gradient in the effective quantities (in <see cref="Parameters"/>' layout, with rho in eta's place and tau in t's) into the
    /// parameters' own, in place; entries that are not free become 0.
    /// </summary>
    /// <param name="gradient">d/d(W', b, log sigma, rho, tau, C'), then d/dkappa [S].</param>
    public void PullBack(Span<double> gradient)
    {
        var kappa = gradient[ParameterCount..];
        for (var j = 0; j < Stride; j++)
        {
            ref var eta = ref gradient[CorrelationOffset + j];
            if (Mechanism == Mechanism.Self)
            {
                // a = alpha sigma, s = sqrt(1 + a^2): d rho / d log sigma = a / s^3; tau and kappa shrink by a^2 / s^2.
                var a = Slope[j] / InverseScale[j];
                var s = Math.Sqrt(1.0 + a * a);
                ref var threshold = ref gradient[ThresholdOffset + j];
                gradient[LogScaleOffset + j] += eta * a / (s * s * s)
                    - (threshold * ThresholdIntercept[j] + kappa[j] * ThresholdSlope[j]) * a * a / (s * s);
                threshold /= s;
            }
            else
            {
                var tanh = Correlation[j] / CorrelationBound;
                eta *= CorrelationBound * (1.0 - tanh * tanh);
            }
        }

        for (var i = 0; i < ParameterCount; i += Vector<double>.Count)
        {
            (new Vector<double>(gradient[i..]) * new Vector<double>(Free, i)).CopyTo(gradient[i..]);
        }
    }

    // Masks act on real columns only; rho and C move under selection alone.
    private double[] FreeParameters()
    {
        var free = new double[ParameterCount];
        for (var j = 0; j < _masked.Length; j++)
        {
            for (var k = 0; k < Dimension; k++) free[k * Stride + j] = 1.0;
            free[InterceptOffset + j] = free[LogScaleOffset + j] = 1.0;
            if (!_masked[j]) continue;
            free[ThresholdOffset + j] = 1.0;
            if (Mechanism != Mechanism.Selection) continue;
            free[CorrelationOffset + j] = 1.0;
            for (var k = 0; k < Dimension; k++) free[ThresholdLoadingsOffset + k * Stride + j] = 1.0;
        }

        return free;
    }
}
