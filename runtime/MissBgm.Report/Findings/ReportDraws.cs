using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;

namespace MissBgm.Report.Findings;

/// <summary>Keeps what a report shows of the draws as they are made: some completed tables, and the chains of the cells that have converged worst.</summary>
public sealed class ReportDraws : IDrawSink
{
    private const int MostTables = 40;
    private const int MostTraces = 6;
    private readonly Lock _lock = new();
    private readonly List<Trace> _traces = [];
    private MultipleImputations? _tables;
    private double _least = double.NegativeInfinity;

    /// <summary>Completed tables that are kept; 0 before anything was drawn.</summary>
    internal int Tables { get; private set; }

    /// <summary>Chains of each cell.</summary>
    internal int Chains { get; private set; }

    /// <summary>The chains of cells of the largest R-hat, which comes first.</summary>
    internal IReadOnlyList<Trace> Traces => [.. _traces.OrderByDescending(trace => trace.RHat).ThenBy(trace => trace.Cell)];

    /// <inheritdoc />
    public void Begin(int cells, int chains, int draws)
    {
        (Chains, Tables) = (chains, Math.Min(MostTables, chains * draws));
        _tables = new MultipleImputations(Tables);
        _tables.Begin(cells, chains, draws);
    }

    /// <inheritdoc />
    public void Take(int cell, ReadOnlySpan<float> draws) => _tables!.Take(cell, draws);

    /// <inheritdoc />
    public void Take(int cell, ReadOnlySpan<float> draws, ConvergenceSummary convergence)
    {
        Take(cell, draws);
        if (double.IsNaN(convergence.RHat) || convergence.RHat < Volatile.Read(ref _least)) return;
        lock (_lock)
        {
            _traces.Add(new Trace(cell, convergence.RHat, draws.ToArray()));
            if (_traces.Count <= MostTraces) return;
            // The order in which threads come here must not matter.
            _traces.Remove(_traces.OrderBy(trace => trace.RHat).ThenByDescending(trace => trace.Cell).First());
            _least = _traces.Min(trace => trace.RHat);
        }
    }

    /// <summary>A cell's value in one of the completed tables.</summary>
    internal double Value(int table, int cell) => _tables!.Value(table, cell);
}

/// <summary>The draws of one cell.</summary>
/// <param name="Cell">Its number.</param>
/// <param name="RHat">Rank-normalised split R-hat.</param>
/// <param name="Draws">Chain after chain.</param>
internal sealed record Trace(int Cell, double RHat, float[] Draws);
