using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// What fits whose masks are ignorable say of a cell given the other observed cells of its row: a mixture of normal laws, one of each
/// member. An observed cell is left out of its row in closed form, so that all cells of a row cost hardly more than one.
/// </summary>
internal sealed class CellPredictive
{
    private readonly CollapsedMixture _weights;
    private readonly IReadOnlyList<GeneratorFit> _fits;

    // Of each member a column's loadings side by side, [q, Stride]: as they are observed, and as they are drawn.
    private readonly double[][] _loadings;
    private readonly double[][] _drawn;
    private readonly int _stride;

    // Of the row, by member: the mean of z, [d]; its covariance, [d, Stride]; log p(row).
    private readonly double[] _mean;
    private readonly double[] _covariance;
    private readonly double[] _logDensity;
    private readonly double[] _precision;
    private readonly double[] _factor;
    private double[] _values = [];
    private double[] _observed = [];

    /// <summary>Makes room.</summary>
    /// <param name="weights">The fits' parameters, without masks that follow values.</param>
    /// <param name="fits">The fits that the members belong to, and their weights.</param>
    public CellPredictive(CollapsedMixture weights, IReadOnlyList<GeneratorFit> fits)
    {
        var (members, d) = (weights.Members.Count, weights.LatentDimension);
        (_weights, _fits) = (weights, fits);
        _stride = MaskedMatrix.PaddedWidth(d);
        _loadings = [.. weights.Members.Select(member => ByColumn(member.Loadings))];
        _drawn = [.. weights.Members.Select((member, m) => member.Missing is { } law ? ByColumn(law.Loadings) : _loadings[m])];
        (_mean, _covariance, _logDensity) = (new double[members * _stride], new double[members * d * _stride], new double[members]);
        (_precision, _factor) = (new double[d * _stride], new double[d * d]);
        (Shares, Means, Deviations) = (new double[members], new double[members], new double[members]);
    }

    /// <summary>The members' probabilities of the cell last asked for, [M].</summary>
    public double[] Shares { get; }

    /// <summary>Its mean under each member, [M].</summary>
    public double[] Means { get; }

    /// <summary>Its standard deviation under each member, [M].</summary>
    public double[] Deviations { get; }

    /// <summary>Takes a row.</summary>
    /// <param name="values">Its Gaussian columns, [q] at least.</param>
    /// <param name="observed">1 where they are observed.</param>
    public void Condition(ReadOnlySpan<double> values, ReadOnlySpan<double> observed)
    {
        (_values, _observed) = (values.ToArray(), observed.ToArray());
        for (var m = 0; m < _weights.Members.Count; m++) Condition(m);
    }

    /// <summary>Finds the law of a cell of the row, which is left out where it is observed.</summary>
    public void Predict(int column)
    {
        for (var m = 0; m < _weights.Members.Count; m++)
        {
            var member = _weights.Members[m];
            var z = _mean.AsSpan(m * _stride, _stride);
            var covariance = Covariance(m);
            var drawn = _drawn[m].AsSpan(column * _stride, _stride);
            var (intercept, scale) = member.Missing is { } law ? (law.Intercept[column], law.Scale[column]) : (member.Intercept[column], member.Scale[column]);
            var (mean, variance, evidence) = (intercept + MaskedMatrix.Dot(drawn, z), scale * scale + Quadratic(covariance, drawn, drawn), _logDensity[m]);
            if (_observed[column] == 1.0)
            {
                // P = P_others + l l' / s^2: Sherman and Morrison's formula, backwards.
                var own = _loadings[m].AsSpan(column * _stride, _stride);
                var noise = member.Scale[column] * member.Scale[column];
                var (known, cross) = (Quadratic(covariance, own, own), Quadratic(covariance, drawn, own));
                var residual = member.Intercept[column] + MaskedMatrix.Dot(own, z) - _values[column];
                var left = Math.Max(noise - known, 1e-12 * noise);
                mean += cross * residual / left;
                variance += cross * cross / left;
                // The residual and variance of the cell itself, given the others, are s^2 / left times these.
                evidence += 0.5 * residual * residual / left + Math.Log(noise / Math.Sqrt(left));
            }

            (Means[m], Deviations[m], Shares[m]) = (mean, Math.Sqrt(variance), evidence);
        }

        Normalise();
    }

    /// <summary>Draws of the cell last asked for, spread evenly over its law.</summary>
    /// <param name="count">How many.</param>
    /// <param name="number">Another choice of them for another number.</param>
    public double[] Draws(int count, int number)
    {
        var (draws, shift) = (new double[count], number * 0.7548776662466927 % 1);
        var (m, upTo) = (0, Shares[0]);
        for (var k = 0; k < count; k++)
        {
            while (m < Shares.Length - 1 && (k + shift) / count > upTo) upTo += Shares[++m];
            draws[k] = Means[m] + Deviations[m] * GeneratorTrials.Noise(number * count + k);
        }

        return draws;
    }

    private void Condition(int m)
    {
        var (member, d, q) = (_weights.Members[m], _weights.LatentDimension, _weights.Columns);
        var z = _mean.AsSpan(m * _stride, _stride);
        var logDensity = 0.0;
        z.Clear();
        Array.Clear(_precision);
        for (var j = 0; j < q; j++)
        {
            if (_observed[j] != 1.0) continue;
            var (residual, noise) = (_values[j] - member.Intercept[j], member.Scale[j] * member.Scale[j]);
            logDensity -= 0.5 * residual * residual / noise + Math.Log(member.Scale[j]);
            var own = _loadings[m].AsSpan(j * _stride, _stride);
            MaskedMatrix.AddScaled(own, residual / noise, z);
            for (var k = 0; k < d; k++)
            {
                var lower = MaskedMatrix.PaddedWidth(k + 1);
                MaskedMatrix.AddScaled(own[..lower], own[k] / noise, _precision.AsSpan(k * _stride, lower));
            }
        }

        for (var k = 0; k < d; k++)
        {
            _precision.AsSpan(k * _stride, d).CopyTo(_factor.AsSpan(k * d));
            _factor[k * d + k] += 1.0;
        }

        Cholesky.Factor(_factor, d);
        Cholesky.SolveLower(_factor, d, z);
        for (var k = 0; k < d; k++) logDensity += 0.5 * z[k] * z[k];
        Cholesky.SolveTransposed(_factor, d, z);
        _logDensity[m] = logDensity - 0.5 * Cholesky.LogDeterminant(_factor, d);
        var inverse = _precision.AsSpan(0, d * d);
        Cholesky.Invert(_factor, d, inverse);
        for (var k = 0; k < d; k++) inverse.Slice(k * d, d).CopyTo(Covariance(m)[(k * _stride)..]);
    }

    private Span<double> Covariance(int m) => _covariance.AsSpan(m * _weights.LatentDimension * _stride, _weights.LatentDimension * _stride);

    private double[] ByColumn(double[] loadings)
    {
        var (q, columns) = (_weights.Columns, new double[_weights.Columns * _stride]);
        for (var i = 0; i < loadings.Length; i++) columns[i % q * _stride + i / q] = loadings[i];
        return columns;
    }

    // a' V b of two columns of loadings.
    private double Quadratic(ReadOnlySpan<double> covariance, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var k = 0; k < _weights.LatentDimension; k++) sum += a[k] * MaskedMatrix.Dot(covariance.Slice(k * _stride, _stride), b);
        return sum;
    }

    // A fit has its weight whatever the row; within it a component is as probable as it makes the rest of the row.
    private void Normalise()
    {
        var (first, total) = (0, _fits.Sum(fit => fit.Weight));
        foreach (var fit in _fits)
        {
            var own = Shares.AsSpan(first, fit.Components);
            for (var k = 0; k < own.Length; k++) own[k] += _weights.LogShares[first + k];
            var (largest, sum) = (double.NegativeInfinity, 0.0);
            foreach (var value in own) largest = Math.Max(largest, value);
            for (var k = 0; k < own.Length; k++) sum += own[k] = Math.Exp(own[k] - largest);
            for (var k = 0; k < own.Length; k++) own[k] *= fit.Weight / total / sum;
            first += fit.Components;
        }
    }
}
