using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// What every row says of its columns when one column's own cell is left out, seen or not: the factor model's posterior of z without that cell, a rank-one
/// change of the posterior with it, and the laws of the values that follow.
/// </summary>
internal sealed class LeaveOneOut
{
    private readonly MaskedMatrix _data;
    private readonly FactorModel _model;
    private readonly int _column;
    private readonly double[] _mean;
    private readonly double[] _covariance;

    /// <summary>Leaves a column out.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows.</param>
    /// <param name="column">The column.</param>
    public LeaveOneOut(MaskedMatrix data, FactorModel model, int column)
    {
        var d = model.Dimension;
        (_data, _model, _column) = (data, model, column);
        (_mean, _covariance) = ((double[])model.LatentMean.Clone(), (double[])model.LatentCovariance.Clone());
        Span<double> spread = stackalloc double[d];
        for (var i = 0; i < data.Rows; i++)
        {
            if (data.Observed[i * data.Stride + column] == 0.0) continue;
            var mean = _mean.AsSpan(i * d, d);
            var covariance = _covariance.AsSpan(i * d * d, d * d);
            var (residual, leverage) = (data.Values[i * data.Stride + column] - model.Intercept[column], 0.0);
            for (var k = 0; k < d; k++)
            {
                spread[k] = 0.0;
                for (var l = 0; l < d; l++) spread[k] += covariance[k * d + l] * Loading(l, column);
                residual -= Loading(k, column) * mean[k];
                leverage += Loading(k, column) * spread[k];
            }

            var rest = Math.Max(model.Variance[column] - leverage, 1e-6 * model.Variance[column]);
            for (var k = 0; k < d; k++)
            {
                mean[k] -= spread[k] * residual / rest;
                for (var l = 0; l < d; l++) covariance[k * d + l] += spread[k] * spread[l] / rest;
            }
        }
    }

    /// <summary>The left-out column itself, as the others predict it.</summary>
    public RowIndex Own() => Of(_column, predicted: true);

    /// <summary>Another column: its value where the row shows it, else what the rest predicts.</summary>
    public RowIndex Of(int column) => Of(column, predicted: false);

    /// <summary>Another column's mean alone, [n]: what is known of it in each row.</summary>
    public RowIndex MeanOf(int column)
    {
        var (d, index) = (_model.Dimension, new RowIndex(_data.Rows));
        for (var i = 0; i < _data.Rows; i++)
        {
            if (_data.Observed[i * _data.Stride + column] == 1.0)
            {
                index.Mean[i] = _data.Values[i * _data.Stride + column];
                continue;
            }

            index.Mean[i] = _model.Intercept[column];
            for (var k = 0; k < d; k++) index.Mean[i] += Loading(k, column) * _mean[i * d + k];
        }

        return index;
    }

    /// <summary>The sum of all other columns, standardised.</summary>
    public RowIndex Sum()
    {
        var (d, index) = (_model.Dimension, new RowIndex(_data.Rows));
        Span<double> loading = stackalloc double[d];
        for (var i = 0; i < _data.Rows; i++)
        {
            loading.Clear();
            for (var j = 0; j < _data.Columns; j++)
            {
                if (j == _column) continue;
                if (_data.Observed[i * _data.Stride + j] == 1.0)
                {
                    index.Mean[i] += _data.Values[i * _data.Stride + j];
                    continue;
                }

                index.Mean[i] += _model.Intercept[j];
                index.Variance[i] += _model.Variance[j];
                for (var k = 0; k < d; k++) loading[k] += Loading(k, j);
            }

            var (mean, variance) = Project(i, loading);
            index.Mean[i] += mean;
            index.Variance[i] += variance;
        }

        return index.Standardised();
    }

    private RowIndex Of(int column, bool predicted)
    {
        var (d, index) = (_model.Dimension, new RowIndex(_data.Rows));
        Span<double> loading = stackalloc double[d];
        for (var k = 0; k < d; k++) loading[k] = Loading(k, column);
        for (var i = 0; i < _data.Rows; i++)
        {
            if (!predicted && _data.Observed[i * _data.Stride + column] == 1.0)
            {
                index.Mean[i] = _data.Values[i * _data.Stride + column];
                continue;
            }

            var (mean, variance) = Project(i, loading);
            (index.Mean[i], index.Variance[i]) = (_model.Intercept[column] + mean, _model.Variance[column] + variance);
        }

        return index;
    }

    // w'z given the row without the left-out cell.
    private (double Mean, double Variance) Project(int row, ReadOnlySpan<double> loading)
    {
        var d = loading.Length;
        var (mean, variance) = (0.0, 0.0);
        for (var k = 0; k < d; k++)
        {
            mean += loading[k] * _mean[row * d + k];
            for (var l = 0; l < d; l++) variance += loading[k] * loading[l] * _covariance[(row * d + k) * d + l];
        }

        return (mean, variance);
    }

    private double Loading(int k, int column) => _model.Loadings[k * _model.Stride + column];
}
