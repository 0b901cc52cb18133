using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>The draws of a collapsed model's Gaussian columns as values of the table's columns.</summary>
internal sealed class CodedSweep : ISweep
{
    private readonly CollapsedSweep _sweep;
    private readonly StackedRows _rows;
    private readonly GaussianCoding _coding;
    private readonly LevelTrees _trees;
    private readonly ColumnForests? _forests;
    private readonly float[] _forestUniforms;
    private readonly float[] _observed;
    private readonly float[] _uniforms;
    private readonly int[] _missing;
    private readonly int _columns;
    private readonly ConditionalMoments _moments;

    /// <param name="sweep">Draws the Gaussian columns.</param>
    /// <param name="rows">The chains.</param>
    /// <param name="family">The way between the columns.</param>
    /// <param name="forests">Forests that draw numbers too; null for none.</param>
    /// <param name="start">Where the table's rows start.</param>
    internal CodedSweep(CollapsedSweep sweep, StackedRows rows, CollapsedModel family, ColumnForests? forests, StartingPoint start)
    {
        (_sweep, _rows, _coding, _trees, _columns) = (sweep, rows, family.Coding, family.Trees, start.Completed.Length / start.Rows.Length);
        _forests = forests is { Uniforms: > 0 } ? forests : null;
        _forestUniforms = new float[rows.Count * (_forests?.Uniforms ?? 0)];
        Completed = RowMajor.Repeat(start.Completed, rows.Chains);
        _observed = RowMajor.Repeat(start.Observed, rows.Chains);
        _missing = [.. Enumerable.Range(0, Completed.Length).Where(cell => _observed[cell] == 0)];
        _uniforms = new float[_trees.IsEmpty ? 0 : Completed.Length];
        _moments = new ConditionalMoments(new float[Completed.Length], new float[Completed.Length]);
    }

    public float[] Completed { get; }

    /// <summary>Of numbers; 0 where the column is discrete.</summary>
    public ConditionalMoments? Conditional => _moments;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates => _sweep.Updates;

    public void Run(long sweep, bool adapt)
    {
        _sweep.Run(sweep, adapt);
        if (_forests is not null) DrawByForests(_forests, sweep);
        var moments = _sweep.Conditional!;
        foreach (var cell in _missing)
        {
            var (row, column) = (cell / _columns * _coding.Columns, cell % _columns);
            Completed[cell] = _coding.Decode(_sweep.Completed.AsSpan(row, _coding.Columns), column);
            if (_coding.PlaceOf(column) is not (>= 0 and var place)) continue;
            (_moments.Mean[cell], _moments.StandardDeviation[cell]) = (moments.Mean[row + place], moments.StandardDeviation[row + place]);
        }

        if (_trees.IsEmpty) return;
        _rows.Uniforms(_uniforms, RandomPurpose.LevelChoice, sweep);
        for (var at = 0; at < Completed.Length; at += _columns)
        {
            _trees.Draw(Completed.AsSpan(at, _columns), _observed.AsSpan(at, _columns), _uniforms.AsSpan(at, _columns));
        }
    }

    // The Gaussian columns' draws are shown anew in every sweep.
    private void DrawByForests(ColumnForests forests, long sweep)
    {
        var (width, moments) = (_coding.Columns, _sweep.Conditional!);
        _rows.Uniforms(_forestUniforms, RandomPurpose.ForestDraw, sweep);
        for (var row = 0; row < _rows.Count; row++)
        {
            var at = row * width;
            forests.Draw(
                _sweep.Completed.AsSpan(at, width), moments.Mean.AsSpan(at, width), moments.StandardDeviation.AsSpan(at, width),
                _observed.AsSpan(row * _columns, _columns), _forestUniforms.AsSpan(row * forests.Uniforms, forests.Uniforms));
        }
    }

    public ConvergenceSummary[] RowConvergence() => _sweep.RowConvergence();

    public void Dispose() => _sweep.Dispose();
}
