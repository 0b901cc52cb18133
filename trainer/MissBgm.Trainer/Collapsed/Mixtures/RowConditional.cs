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

    private readonly double[] _image = new double[stride];
    private readonly double[] _shift = new double[columns];
    private readonly double[] _factor = new double[columns * columns];
    private readonly double[] _tilted = new double[columns * stride];
    private PatternConditional? _pattern;
    private bool _isTilted;

    /// <summary>The completed row less the component's mean, [S].</summary>
    public double[] Deviation { get; } = new double[stride];

    /// <summary>The missing cells' columns, [m].</summary>
    public ReadOnlySpan<int> MissingColumns => _pattern is null ? [] : _pattern.Missing;

    /// <summary>Their covariance, each missing cell's row spread over the table's columns, [m, S].</summary>
    public ReadOnlySpan<double> Covariance =>
        _pattern is null ? [] : _isTilted ? _tilted.AsSpan(0, _pattern.Missing.Length * stride) : _pattern.Covariance;

    /// <summary>Conditions on a row; returns log p(x_obs, r) under the component, weight included.</summary>
    /// <param name="component">The component.</param>
    /// <param name="pattern">What it says of rows that miss the same cells.</param>
    /// <param name="x">The row, 0 where missing, [S].</param>
    /// <param name="r">Its mask, [S].</param>
    /// <param name="mask">The mechanism.</param>
    public double Condition(
        GaussianComponent component, PatternConditional pattern, ReadOnlySpan<double> x, ReadOnlySpan<double> r, SelfMask mask)
    {
        (_pattern, _isTilted) = (pattern, !mask.IsIgnorable);
        Array.Clear(_image);
        for (var j = 0; j < columns; j++)
        {
            Deviation[j] = r[j] * (x[j] - component.Mean[j]);
            if (r[j] != 0.0) MaskedMatrix.AddScaled(component.Precision.AsSpan(j * stride, stride), Deviation[j], _image);
        }

        // d'P d of the completed row at the exact conditional mean, P_mm y = -P_mo d_o.
        var quadratic = MaskedMatrix.Dot(Deviation, _image);
        var (missing, m) = (pattern.Missing, pattern.Missing.Length);
        for (var a = 0; a < m; a++)
        {
            _shift[a] = -MaskedMatrix.Dot(pattern.Covariance.AsSpan(a * stride, stride), _image);
            quadratic += _shift[a] * _image[missing[a]];
        }

        var (maskTerm, logDeterminant) = (0.0, pattern.LogDeterminant);
        if (_isTilted)
        {
            (maskTerm, var moved) = Tilt(component, pattern, mask);
            (quadratic, logDeterminant) = (quadratic + moved, Cholesky.LogDeterminant(_factor, m));
            PatternConditional.Spread(_factor, missing, stride, _tilted);
        }

        for (var a = 0; a < m; a++) Deviation[missing[a]] = _shift[a];
        return component.LogWeight + maskTerm
            - 0.5 * (quadratic + component.LogDeterminant + logDeterminant) - (columns - m) * StandardNormal.LogSqrtTwoPi;
    }

    /// <summary>Adds to the missing cells what they vary by.</summary>
    /// <param name="noise">Standard normal numbers, the first m of them used; overwritten.</param>
    public void Draw(Span<double> noise)
    {
        var missing = MissingColumns;
        if (missing.IsEmpty) return;
        Cholesky.SolveTransposed(_isTilted ? _factor : _pattern!.Factor, missing.Length, noise);
        for (var a = 0; a < missing.Length; a++) Deviation[missing[a]] += noise[a];
    }

    // Newton steps on y from the mean without a mask; leaves the factor of the tilted precision. Returns the sum of log Phi(h), and what
    // the way from there adds to the quadratic form.
    private (double LogMask, double Quadratic) Tilt(GaussianComponent component, PatternConditional pattern, SelfMask mask)
    {
        var (missing, precision, m) = (pattern.Missing, pattern.Precision, pattern.Missing.Length);
        Span<double> way = stackalloc double[m];
        Span<double> gradient = stackalloc double[m];
        way.Clear();
        for (var step = 0; ; step++)
        {
            precision.CopyTo(_factor);
            var (logMask, quadratic) = (0.0, 0.0);
            for (var a = 0; a < m; a++)
            {
                var slope = mask.Slope[missing[a]];
                var h = -(slope * (component.Mean[missing[a]] + _shift[a] + way[a]) + mask.Intercept[missing[a]]);
                StandardNormal.LogCdfAndMills(new Vector<double>(h), out var log, out var mills);
                logMask += log[0];
                var image = 0.0;
                for (var b = 0; b < m; b++) image += precision[a * m + b] * way[b];
                quadratic += way[a] * image;
                gradient[a] = -image - slope * mills[0];
                _factor[a * m + a] += slope * slope * mills[0] * (mills[0] + h);
            }

            Cholesky.Factor(_factor, m);
            if (step == NewtonSteps)
            {
                for (var a = 0; a < m; a++) _shift[a] += way[a];
                return (logMask, quadratic);
            }

            Cholesky.Solve(_factor, m, gradient);
            for (var a = 0; a < m; a++) way[a] += gradient[a];
        }
    }
}
