namespace MissBgm.Runtime.Sampling;

/// <summary>All draws of the missing cells of one chunk, in standardised units.</summary>
internal sealed class ChainDraws
{
    private readonly int _chains;
    private readonly int _draws;
    private readonly int _rows;
    private readonly int _columns;
    private readonly float[] _values;
    private readonly (double Mean, double Square)[] _conditional;
    private int _conditionals;

    /// <summary>Makes room for all draws.</summary>
    /// <param name="cells">The missing cells, as indices into the chunk's rows [rows, columns].</param>
    /// <param name="rows">Rows of the chunk that have missing cells.</param>
    /// <param name="columns">p.</param>
    /// <param name="chains">Chains of each row.</param>
    /// <param name="draws">Draws of each chain.</param>
    internal ChainDraws(int[] cells, int rows, int columns, int chains, int draws)
    {
        (Cells, _rows, _columns, _chains, _draws) = (cells, rows, columns, chains, draws);
        _values = new float[(long)cells.Length * chains * draws];
        _conditional = new (double, double)[cells.Length];
    }

    /// <summary>The missing cells, as indices into the chunk's rows [rows, columns].</summary>
    internal int[] Cells { get; }

    /// <summary>Keeps a draw of all chains.</summary>
    /// <param name="draw">Its number.</param>
    /// <param name="completed">Completed rows, [chains, rows, columns].</param>
    internal void Keep(int draw, float[] completed)
    {
        for (var cell = 0; cell < Cells.Length; cell++)
        {
            for (var chain = 0; chain < _chains; chain++)
            {
                _values[((long)cell * _chains + chain) * _draws + draw] = completed[chain * _rows * _columns + Cells[cell]];
            }
        }
    }

    /// <summary>Adds the cells' closed-form moments at a draw of all chains.</summary>
    internal void Keep(ConditionalMoments moments)
    {
        _conditionals += _chains;
        for (var cell = 0; cell < Cells.Length; cell++)
        {
            for (var chain = 0; chain < _chains; chain++)
            {
                var at = chain * _rows * _columns + Cells[cell];
                double mean = moments.Mean[at], sd = moments.StandardDeviation[at];
                _conditional[cell] = (_conditional[cell].Mean + mean, _conditional[cell].Square + mean * mean + sd * sd);
            }
        }
    }

    /// <summary>A cell's draws, chain after chain, [chains, draws].</summary>
    internal Span<float> Of(int cell) => _values.AsSpan(cell * _chains * _draws, _chains * _draws);

    /// <summary>
    /// Mean and standard deviation of a cell from its closed-form moments, averaged over the draws; null where none were kept.
    /// </summary>
    internal (double Mean, double Sd)? Moments(int cell)
    {
        if (_conditionals == 0) return null;
        var expectation = _conditional[cell].Mean / _conditionals;
        return (expectation, Math.Sqrt(Math.Max(0, _conditional[cell].Square / _conditionals - expectation * expectation)));
    }
}
