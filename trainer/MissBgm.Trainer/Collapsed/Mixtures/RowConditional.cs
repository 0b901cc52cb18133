using System.Numerics;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>
/// A row's missing cells given its observed ones and its mask, under one Gaussian component: exact when the mask is ignorable; under the self
/// mask the Gaussian is multiplied by Phi(-(alpha_j x_j + a_j)) for each missing cell, and the product, log-concave, is taken by its Laplace
/// approximation. The observed cells' own mask terms are the same for all components and are left out.
/// </summary>
internal sealed class RowConditional(int columns, int stride)
{
    private const int NewtonSteps = 3;

    private readonly double[] _image = new double[columns];
    private readonly double[] _shift = new double[columns];
    private readonly double[] _factor = new double[columns * columns];
    private readonly double[] _tilted = new double[columns * columns];
    private PatternConditional? _pattern;
    private bool _isTilted;

    /// <summary>How many cells of the row are missing, m.</summary>
    public int Missing => MissingColumns.Length;

    /// <summary>The completed row less the component's mean, [S].</summary>
    public double[] Deviation { get; } = new double[stride];

    /// <summary>The missing cells' columns, [m].</summary>
    public ReadOnlySpan<int> MissingColumns => _pattern is null ? [] : _pattern.Missing;

    /// <summary>Their covariance, row-major [m, m].</summary>
    public ReadOnlySpan<double> Covariance => _isTilted ? _tilted.AsSpan(0, Missing * Missing) : _pattern is null ? [] : _pattern.Covariance;

    /// <summary>Conditions on a row; returns log p(x_obs, r) under the component, weight included.</summary>
    /// <param name="component">The component.</param>
    /// <param name="pattern">What it says of rows that miss the same cells.</param>
    /// <param name="x">The row, 0 where missing, [S].</param>
    /// <param name="r">Its mask, [S].</param>
    /// <param name="mask">The mechanism.</param>
    public double Condition(GaussianComponent component, PatternConditional pattern, ReadOnlySpan<double> x, ReadOnlySpan<double> r, SelfMask mask)
    {
        (_pattern, _isTilted) = (pattern, !mask.IsIgnorable);
        var (missing, precision, m) = (pattern.Missing, pattern.Precision, pattern.Missing.Length);
        for (var j = 0; j < columns; j++) Deviation[j] = r[j] * (x[j] - component.Mean[j]);
        for (var j = 0; j < columns; j++) _image[j] = MaskedMatrix.Dot(component.Precision.AsSpan(j * stride, stride), Deviation);
        var quadratic = 0.0;
        for (var j = 0; j < columns; j++) quadratic += Deviation[j] * _image[j];
        // The exact conditional mean: P_mm y = -P_mo d_o.
        for (var a = 0; a < m; a++) _shift[a] = -_image[missing[a]];
        Cholesky.Solve(pattern.Factor, m, _shift);
        var (maskTerm, logDeterminant) = (0.0, pattern.LogDeterminant);
        if (_isTilted)
        {
            maskTerm = Tilt(component, pattern, mask);
            logDeterminant = Cholesky.LogDeterminant(_factor, m);
            Cholesky.Invert(_factor, m, _tilted);
        }

        for (var a = 0; a < m; a++)
        {
            var row = 0.0;
            for (var b = 0; b < m; b++) row += precision[a * m + b] * _shift[b];
            quadratic += _shift[a] * (2.0 * _image[missing[a]] + row);
            Deviation[missing[a]] = _shift[a];
        }

        return component.LogWeight + maskTerm - 0.5 * (quadratic + component.LogDeterminant + logDeterminant) - (columns - m) * StandardNormal.LogSqrtTwoPi;
    }

    // Newton steps on y; leaves the factor of the tilted precision and returns the sum of log Phi(h).
    private double Tilt(GaussianComponent component, PatternConditional pattern, SelfMask mask)
    {
        var (missing, precision, m) = (pattern.Missing, pattern.Precision, pattern.Missing.Length);
        Span<double> gradient = stackalloc double[m];
        var logMask = 0.0;
        for (var step = 0; step <= NewtonSteps; step++)
        {
            precision.CopyTo(_factor);
            logMask = 0.0;
            for (var a = 0; a < m; a++)
            {
                var j = missing[a];
                var slope = mask.Slope[j];
                var h = -(slope * (component.Mean[j] + _shift[a]) + mask.Intercept[j]);
                StandardNormal.LogCdfAndMills(new Vector<double>(h), out var log, out var mills);
                logMask += log[0];
                gradient[a] = -_image[j] - slope * mills[0];
                for (var b = 0; b < m; b++) gradient[a] -= precision[a * m + b] * _shift[b];
                _factor[a * m + a] += slope * slope * mills[0] * (mills[0] + h);
            }

            Cholesky.Factor(_factor, m);
            if (step == NewtonSteps) break;
            Cholesky.Solve(_factor, m, gradient);
            for (var a = 0; a < m; a++) _shift[a] += gradient[a];
        }

        return logMask;
    }
}
