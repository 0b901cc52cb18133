using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>The draws of a collapsed model's Gaussian columns as values of the table's columns.</summary>
internal sealed class CodedSweep : ISweep
{
    private readonly CollapsedSweep _sweep;
    private readonly GaussianCoding _coding;
    private readonly int[] _missing;
    private readonly int _columns;
    private readonly ConditionalMoments _moments;

    /// <param name="sweep">Draws the Gaussian columns.</param>
    /// <param name="coding">The way between the columns.</param>
    /// <param name="start">Where the table's rows start.</param>
    /// <param name="chains">Chains of each.</param>
    internal CodedSweep(CollapsedSweep sweep, GaussianCoding coding, StartingPoint start, int chains)
    {
        (_sweep, _coding, _columns) = (sweep, coding, start.Completed.Length / start.Rows.Length);
        Completed = RowMajor.Repeat(start.Completed, chains);
        _missing = [.. Enumerable.Range(0, Completed.Length).Where(cell => start.Observed[cell % start.Observed.Length] == 0)];
        _moments = new ConditionalMoments(new float[Completed.Length], new float[Completed.Length]);
    }

    public float[] Completed { get; }

    /// <summary>Of numbers; 0 where the column is discrete.</summary>
    public ConditionalMoments? Conditional => _moments;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates => _sweep.Updates;

    public void Run(long sweep, bool adapt)
    {
        _sweep.Run(sweep, adapt);
        var moments = _sweep.Conditional!;
        foreach (var cell in _missing)
        {
            var (row, column) = (cell / _columns * _coding.Columns, cell % _columns);
            Completed[cell] = _coding.Decode(_sweep.Completed.AsSpan(row, _coding.Columns), column);
            if (_coding.PlaceOf(column) is not (>= 0 and var place)) continue;
            (_moments.Mean[cell], _moments.StandardDeviation[cell]) = (moments.Mean[row + place], moments.StandardDeviation[row + place]);
        }
    }

    public ConvergenceSummary[] RowConvergence() => _sweep.RowConvergence();

    public void Dispose() => _sweep.Dispose();
}
