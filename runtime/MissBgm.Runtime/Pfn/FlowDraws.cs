using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Pfn;

/// <summary>All draws of the missing cells of some rows.</summary>
internal sealed class FlowDraws
{
    private readonly FeatureTable _table;
    private readonly int[] _rows;
    private readonly int _draws;

    // Of each row's features, [rows, features]; null where the cell is observed.
    private readonly float[]?[] _values;

    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="draws">Draws of each.</param>
    public FlowDraws(FeatureTable table, int[] rows, int draws)
    {
        (_table, _rows, _draws) = (table, rows, draws);
        _values = new float[]?[rows.Length * table.Features];
        for (var i = 0; i < _values.Length; i++)
        {
            if (table.Observed[rows[i / table.Features] * table.Features + i % table.Features] == 0) _values[i] = new float[draws];
        }
    }

    /// <summary>Keeps the draws of a pass.</summary>
    /// <param name="samples">Completed rows, [rows, share, features of the pass].</param>
    /// <param name="features">The features of the pass.</param>
    /// <param name="from">The first draw's number.</param>
    /// <param name="share">How many draws there are of each row.</param>
    /// <exception cref="NumericalException">A draw is not finite.</exception>
    public void Keep(float[] samples, IReadOnlyList<int> features, int from, int share)
    {
        for (var at = 0; at < samples.Length; at++)
        {
            var (row, draw, feature) = (at / features.Count / share, at / features.Count % share, features[at % features.Count]);
            if (_values[row * _table.Features + feature] is not { } cell) continue;
            cell[from + draw] = float.IsFinite(samples[at])
                ? samples[at]
                : throw new NumericalException($"data row {_rows[row]}: a draw of the flow is not finite; the bundle's weights are damaged, export it again.");
        }
    }

    /// <summary>Whether a row's cell is missing.</summary>
    /// <param name="row">Index into the rows.</param>
    /// <param name="coding">The columns' features.</param>
    /// <param name="column">The column.</param>
    public bool IsMissing(int row, FlowCoding coding, int column) => _values[row * _table.Features + coding.Of(column).First()] is not null;

    /// <summary>The draws of a missing cell as values of its column: in original units, whole or within bounds where the column is, or a level's number.</summary>
    /// <param name="row">Index into the rows.</param>
    /// <param name="coding">The columns' features.</param>
    /// <param name="column">The column.</param>
    /// <param name="schema">What the column's values are.</param>
    public double[] Of(int row, FlowCoding coding, int column, ColumnSchema schema)
    {
        var features = new float[_table.Features];
        var values = new double[_draws];
        for (var draw = 0; draw < _draws; draw++)
        {
            foreach (var feature in coding.Of(column)) features[feature] = _values[row * _table.Features + feature]![draw];
            values[draw] = schema.Nearest(schema.Location + schema.Scale * coding.Decode(features, column));
        }

        return values;
    }
}
