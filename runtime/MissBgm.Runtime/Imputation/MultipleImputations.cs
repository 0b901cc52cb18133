using MissBgm.Runtime.Models;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// Keeps m of each cell's draws, evenly spaced over the chains in turn, so that m completed tables can be written (Rubin 1987). All cells take
/// the same draws, which keeps the dependence between the cells of a row.
/// </summary>
public sealed class MultipleImputations : IDrawSink
{
    private const int Most = 10_000;
    private readonly int _count;
    private int[] _picked = [];
    private float[] _values = [];

    /// <summary>Prepares for m imputations.</summary>
    /// <param name="count">m, from 1 to 10,000; a single completed table holds one draw of each cell.</param>
    /// <exception cref="UserInputException">m is out of range.</exception>
    public MultipleImputations(int count) =>
        _count = count is >= 1 and <= Most
            ? count
            : throw new UserInputException(
                $"The number of imputations is {count}; allowed is 1 to {Most}, each a table of its own, and 20 to 100 are usual.");

    /// <summary>How many imputations there are, m.</summary>
    public int Count => _count;

    /// <inheritdoc />
    public void Begin(int cells, int chains, int draws)
    {
        if (_count > (long)chains * draws)
        {
            throw new UserInputException(
                $"{_count} imputations need as many draws; there are {chains} chains of {draws}. Raise the draws.");
        }
        _picked = Enumerable.Range(0, _count).Select(i => Pick(i, chains, draws)).ToArray();
        if ((long)cells * _count > Array.MaxLength)
        {
            throw new UserInputException(
                $"{_count} imputations of {cells} missing cells do not fit into memory; {Array.MaxLength / cells} would do.");
        }
        _values = new float[cells * _count];
    }

    /// <inheritdoc />
    public void Take(int cell, ReadOnlySpan<float> draws)
    {
        for (var i = 0; i < _count; i++) _values[cell * _count + i] = draws[_picked[i]];
    }

    /// <summary>A cell's value in one of the imputations.</summary>
    /// <param name="imputation">0 to m - 1.</param>
    /// <param name="cell">The cell's index in <see cref="ImputedTable.Cells"/>.</param>
    public double Value(int imputation, int cell) => _values[cell * _count + imputation];

    // The i-th imputation comes from chain i modulo chains, and from the i-th of as many equal parts of it: a model's fits have one part after another of every
    // chain, so that as many imputations as there are fits are of different ones.
    private int Pick(int imputation, int chains, int draws) => imputation % chains * draws + (int)((imputation + 0.5) / _count * draws);
}
