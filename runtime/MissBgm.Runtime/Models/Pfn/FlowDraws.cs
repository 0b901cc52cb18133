using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// All draws of the missing cells of some rows. A cell's draws are the network's own, moved and widened about their mean: the mean lies
/// from the regressions' guess as far as the network is trusted, so that where it is not, nothing of it is left but the shape of the draws.
/// </summary>
internal sealed class FlowDraws
{
    private readonly EncodedTable _table;
    private readonly int[] _rows;
    private readonly int _draws;
    private readonly FlowTrust _trust;

    // Of each row's features, [rows, features]; null where the cell is observed. The draws, as what they add to the guesses of their
    // passes.
    private readonly float[]?[] _deviations;
    private readonly float[]?[] _guesses;

    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="trust">How much of what the network learned counts.</param>
    public FlowDraws(EncodedTable table, int[] rows, int draws, FlowTrust trust)
    {
        (_table, _rows, _draws, _trust) = (table, rows, draws, trust);
        (_deviations, _guesses) = (new float[]?[rows.Length * table.Columns], new float[]?[rows.Length * table.Columns]);
        for (var i = 0; i < _deviations.Length; i++)
        {
            if (table.Observed[rows[i / table.Columns] * table.Columns + i % table.Columns] != 0) continue;
            (_deviations[i], _guesses[i]) = (new float[draws], new float[draws]);
        }
    }

    /// <summary>Keeps the draws of a pass.</summary>
    /// <param name="samples">Completed rows, [rows, share, features of the pass].</param>
    /// <param name="pass">The pass.</param>
    /// <param name="described">The rows as the pass described them.</param>
    /// <param name="from">The first draw's number.</param>
    /// <param name="share">How many draws there are of each row.</param>
    /// <exception cref="NumericalException">A draw is not finite.</exception>
    public void Keep(float[] samples, FlowPass pass, IReadOnlyDictionary<int, RowDescriptions> described, int from, int share)
    {
        var count = pass.Features.Count;
        for (var at = 0; at < samples.Length; at++)
        {
            var (row, draw, position) = (at / count / share, from + at / count % share, at % count);
            var cell = row * _table.Columns + pass.Features[position];
            if (_deviations[cell] is not { } deviations) continue;
            if (!float.IsFinite(samples[at]))
            {
                throw new NumericalException(
                    $"data row {_rows[row]}: a draw of the flow is not finite; the bundle's weights are damaged, export it again.");
            }

            var guess = _guesses[cell]![draw] = pass.Guess(described[_rows[row]], position);
            deviations[draw] = samples[at] - guess;
        }
    }

    /// <summary>Whether a row's cell is missing.</summary>
    /// <param name="row">Index into the rows.</param>
    /// <param name="coding">The columns' features.</param>
    /// <param name="column">The column.</param>
    public bool IsMissing(int row, FlowCoding coding, int column) => _deviations[row * _table.Columns + coding.Of(column).First()] is not null;

    /// <summary>
    /// The draws of a missing cell as values of its column: in original units, whole or within bounds where the column is, or a level's
    /// number.
    /// </summary>
    /// <param name="row">Index into the rows.</param>
    /// <param name="coding">The columns' features.</param>
    /// <param name="column">The column.</param>
    /// <param name="schema">What the column's values are.</param>
    public double[] Of(int row, FlowCoding coding, int column, ColumnSchema schema)
    {
        var features = new float[_table.Columns];
        var values = new double[_draws];
        var drawn = coding.Of(column).Select(feature => (feature, Adjusted(row * _table.Columns + feature))).ToArray();
        for (var draw = 0; draw < _draws; draw++)
        {
            foreach (var (feature, adjusted) in drawn) features[feature] = adjusted[draw];
            values[draw] = schema.Nearest(schema.Location + schema.Scale * coding.Decode(features, column));
        }

        return values;
    }

    private float[] Adjusted(int cell)
    {
        var (deviations, guesses) = (_deviations[cell]!, _guesses[cell]!);
        // A single draw has no mean to be moved about.
        if (_draws == 1) return [guesses[0] + deviations[0]];
        var centre = deviations.Average();
        // Deviations from a mean of so many draws are smaller than from the mean of all.
        var width = _trust.Stretch * MathF.Sqrt(_draws / (_draws - 1f));
        return [.. deviations.Zip(guesses, (deviation, guess) => guess + _trust.Shift * centre + width * (deviation - centre))];
    }
}
