using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// What fits whose masks are ignorable say of a cell given the other observed cells of its row: a mixture of normal laws, one of each
/// member. An observed cell is left out of its row in closed form, so that all cells of a row cost hardly more than one.
/// </summary>
internal sealed class CellPredictive
{
    private readonly CollapsedMixture _weights;
    private readonly IReadOnlyList<GeneratorFit> _fits;

    // Of the row, by member: the mean of z, its covariance, log p(row).
    private readonly double[] _mean;
    private readonly double[] _covariance;
    private readonly double[] _logDensity;
    private readonly double[] _precision;
    private double[] _values = [];
    private double[] _observed = [];

    /// <summary>Makes room.</summary>
    /// <param name="weights">The fits' parameters, without masks that follow values.</param>
    /// <param name="fits">The fits that the members belong to, and their weights.</param>
    public CellPredictive(CollapsedMixture weights, IReadOnlyList<GeneratorFit> fits)
    {
        var (members, d) = (weights.Members.Count, weights.LatentDimension);
        (_weights, _fits) = (weights, fits);
        (_mean, _covariance, _logDensity, _precision) = (new double[members * d], new double[members * d * d], new double[members], new double[d * d]);
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
        var (d, q) = (_weights.LatentDimension, _weights.Columns);
        Span<double> own = stackalloc double[d];
        for (var m = 0; m < _weights.Members.Count; m++)
        {
            var member = _weights.Members[m];
            var z = _mean.AsSpan(m * d, d);
            var covariance = _covariance.AsSpan(m * d * d, d * d);
            var law = member.Missing ?? new MissingLaw(member.Loadings, member.Intercept, member.Scale);
            var (mean, variance, evidence) = (law.Intercept[column], law.Scale[column] * law.Scale[column], _logDensity[m]);
            for (var k = 0; k < d; k++) mean += law.Loadings[k * q + column] * z[k];
            variance += Quadratic(covariance, law.Loadings, law.Loadings, column, own);
            if (_observed[column] == 1.0)
            {
                // P = P_others + l l' / s^2: Sherman and Morrison's formula, backwards.
                var noise = member.Scale[column] * member.Scale[column];
                var known = Quadratic(covariance, member.Loadings, member.Loadings, column, own);
                var cross = Quadratic(covariance, law.Loadings, member.Loadings, column, own);
                var residual = member.Intercept[column] - _values[column];
                for (var k = 0; k < d; k++) residual += member.Loadings[k * q + column] * z[k];
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
        var z = _mean.AsSpan(m * d, d);
        var logDensity = 0.0;
        z.Clear();
        Array.Clear(_precision);
        for (var j = 0; j < q; j++)
        {
            if (_observed[j] != 1.0) continue;
            var (residual, noise) = (_values[j] - member.Intercept[j], member.Scale[j] * member.Scale[j]);
            logDensity -= 0.5 * residual * residual / noise + Math.Log(member.Scale[j]);
            for (var k = 0; k < d; k++)
            {
                var weighted = member.Loadings[k * q + j] / noise;
                z[k] += weighted * residual;
                for (var l = 0; l <= k; l++) _precision[k * d + l] += weighted * member.Loadings[l * q + j];
            }
        }

        for (var k = 0; k < d; k++) _precision[k * d + k] += 1.0;
        Cholesky.Factor(_precision, d);
        Cholesky.SolveLower(_precision, d, z);
        for (var k = 0; k < d; k++) logDensity += 0.5 * z[k] * z[k];
        Cholesky.SolveTransposed(_precision, d, z);
        Cholesky.Invert(_precision, d, _covariance.AsSpan(m * d * d, d * d));
        _logDensity[m] = logDensity - 0.5 * Cholesky.LogDeterminant(_precision, d);
    }

    // a' V b of two columns of loadings.
    private double Quadratic(ReadOnlySpan<double> covariance, double[] a, double[] b, int column, Span<double> product)
    {
        var (d, q, sum) = (_weights.LatentDimension, _weights.Columns, 0.0);
        for (var k = 0; k < d; k++) product[k] = b[k * q + column];
        for (var k = 0; k < d; k++)
        {
            var row = 0.0;
            for (var l = 0; l < d; l++) row += covariance[k * d + l] * product[l];
            sum += a[k * q + column] * row;
        }

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
