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

    private readonly int[] _missing = new int[columns];
    private readonly double[] _image = new double[columns];
    private readonly double[] _shift = new double[columns];
    private readonly double[] _precision = new double[columns * columns];
    private readonly double[] _factor = new double[columns * columns];
    private readonly double[] _covariance = new double[columns * columns];

    /// <summary>How many cells of the row are missing, m.</summary>
    public int Missing { get; private set; }

    /// <summary>The completed row less the component's mean, [S].</summary>
    public double[] Deviation { get; } = new double[stride];

    /// <summary>The missing cells' columns, [m].</summary>
    public ReadOnlySpan<int> MissingColumns => _missing.AsSpan(0, Missing);

    /// <summary>Their covariance, row-major [m, m].</summary>
    public ReadOnlySpan<double> Covariance => _covariance.AsSpan(0, Missing * Missing);

    /// <summary>Conditions on a row; returns log p(x_obs, r) under the component, weight included.</summary>
    public double Condition(GaussianComponent component, ReadOnlySpan<double> x, ReadOnlySpan<double> r, SelfMask mask)
    {
        Missing = 0;
        for (var j = 0; j < columns; j++)
        {
            if (r[j] == 0.0) _missing[Missing++] = j;
            Deviation[j] = r[j] * (x[j] - component.Mean[j]);
        }

        for (var j = 0; j < columns; j++) _image[j] = MaskedMatrix.Dot(component.Precision.AsSpan(j * stride, stride), Deviation);
        var quadratic = 0.0;
        for (var j = 0; j < columns; j++) quadratic += Deviation[j] * _image[j];
        Solve(component);
        var maskTerm = mask.IsIgnorable ? 0.0 : Tilt(component, mask);
        var m = Missing;
        for (var a = 0; a < m; a++)
        {
            var row = 0.0;
            for (var b = 0; b < m; b++) row += _precision[a * m + b] * _shift[b];
            quadratic += _shift[a] * (2.0 * _image[_missing[a]] + row);
            Deviation[_missing[a]] = _shift[a];
        }

        Cholesky.Invert(_factor, m, _covariance);
        return component.LogWeight + maskTerm
            - 0.5 * (quadratic + component.LogDeterminant + Cholesky.LogDeterminant(_factor, m)) - (columns - m) * StandardNormal.LogSqrtTwoPi;
    }

    // The exact conditional mean: P_mm y = -P_mo d_o.
    private void Solve(GaussianComponent component)
    {
        var m = Missing;
        for (var a = 0; a < m; a++)
        {
            for (var b = 0; b < m; b++) _precision[a * m + b] = component.Precision[_missing[a] * stride + _missing[b]];
            _shift[a] = -_image[_missing[a]];
        }

        _precision.AsSpan(0, m * m).CopyTo(_factor);
        Cholesky.Factor(_factor, m);
        Cholesky.Solve(_factor, m, _shift);
    }

    // Newton steps on y; leaves the factor of the tilted precision and returns the sum of log Phi(h).
    private double Tilt(GaussianComponent component, SelfMask mask)
    {
        var m = Missing;
        Span<double> gradient = stackalloc double[m];
        var logMask = 0.0;
        for (var step = 0; step <= NewtonSteps; step++)
        {
            _precision.AsSpan(0, m * m).CopyTo(_factor);
            logMask = 0.0;
            for (var a = 0; a < m; a++)
            {
                var j = _missing[a];
                var slope = mask.Slope[j];
                var h = -(slope * (component.Mean[j] + _shift[a]) + mask.Intercept[j]);
                StandardNormal.LogCdfAndMills(new Vector<double>(h), out var log, out var mills);
                logMask += log[0];
                gradient[a] = -_image[j] - slope * mills[0];
                for (var b = 0; b < m; b++) gradient[a] -= _precision[a * m + b] * _shift[b];
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
