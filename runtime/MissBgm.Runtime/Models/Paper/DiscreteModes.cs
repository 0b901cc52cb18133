using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Puts missing levels at the most probable ones given z and the rest of their row, column after column (iterated conditional modes, Besag
/// 1986): the discrete part of MAP refinement.
/// </summary>
internal sealed class DiscreteModes : IDisposable
{
    private readonly Model _model;
    private readonly float[] _observed;
    private readonly double _beta;
    private readonly int _rows;
    private readonly float[] _x;
    private readonly float[] _logits;
    private readonly GraphCall? _mask;

    /// <summary>Binds the mask network, if its term counts.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    internal DiscreteModes(Model model, float[] observed, double beta)
    {
        (_model, _observed, _beta, _rows) = (model, observed, beta, observed.Length / model.Columns);
        (_x, _logits) = (new float[observed.Length], new float[observed.Length]);
        if (beta > 0) _mask = model.Sessions.Bind(GraphFiles.Mask, new("x", _x, _rows, model.Columns), new("logits", _logits, _rows, model.Columns));
    }

    /// <summary>Moves the missing levels.</summary>
    /// <param name="completed">x, row-major [N, p], changed in place.</param>
    /// <param name="logProbabilities">log p(level | z), row-major [N, L].</param>
    internal void Maximise(float[] completed, float[] logProbabilities)
    {
        foreach (var (column, start, count) in _model.Groups)
        {
            var best = new double[_rows];
            Array.Fill(best, double.NegativeInfinity);
            completed.CopyTo(_x, 0);
            for (var level = 0; level < count; level++)
            {
                Put(column, level);
                _mask?.Run();
                for (var row = 0; row < _rows; row++)
                {
                    var cell = row * _model.Columns + column;
                    var score = logProbabilities[row * _model.Levels + start + level] + _beta * MaskLogLikelihood(row);
                    if (_observed[cell] != 0 || !(score > best[row])) continue;
                    (best[row], completed[cell]) = (score, level);
                }
            }
        }
    }

    public void Dispose() => _mask?.Dispose();

    private void Put(int column, int level)
    {
        for (var cell = column; cell < _x.Length; cell += _model.Columns)
        {
            if (_observed[cell] == 0) _x[cell] = level;
        }
    }

    // log p(r | x) of a row, a constant where its term does not count.
    private double MaskLogLikelihood(int row)
    {
        if (_mask is null) return 0;
        var sum = 0.0;
        for (var cell = row * _model.Columns; cell < (row + 1) * _model.Columns; cell++)
        {
            var margin = _observed[cell] == 0 ? _logits[cell] : -_logits[cell];
            sum -= Math.Max(margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)margin)));
        }

        return sum;
    }
}
