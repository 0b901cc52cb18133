using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// The numbers behind a chunk's draws, spread evenly over a row's draws (<see cref="ScrambledSequence"/>). The draws of a row are numbered
/// chain after chain, each from a multiple of a power of two on; those of the burn-in lie past them all.
/// </summary>
/// <param name="rows">The chains.</param>
/// <param name="draws">Draws of each chain.</param>
internal sealed class ScrambledDraws(StackedRows rows, int draws)
{
    private readonly uint _room = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)draws);
    private readonly uint[] _reversedIndex = new uint[rows.Chains];

    /// <summary>Table rows.</summary>
    internal int TableRows => rows.Count / rows.Chains;

    /// <summary>A sequence for each of some coordinates of the table rows.</summary>
    /// <param name="places">Indices into [table rows, width].</param>
    /// <param name="width">Coordinates of a row.</param>
    /// <param name="purpose">What the numbers are for.</param>
    internal ScrambledSequence[] Sequences(IEnumerable<int> places, int width, RandomPurpose purpose) =>
        [.. places.Select(place => ScrambledSequence.Of(rows.Random, purpose, rows.TableRow(place / width), place % width))];

    /// <summary>Goes to a draw of every chain; a negative number is of the burn-in.</summary>
    internal void MoveTo(int draw)
    {
        for (var chain = 0u; chain < _reversedIndex.Length; chain++)
        {
            var index = draw >= 0 ? chain * _room + (uint)draw : uint.MaxValue - (uint)(-1 - draw) * 64 - chain;
            _reversedIndex[chain] = ScrambledSequence.Reverse(index);
        }
    }

    /// <summary>The present number of every sequence of every chain, [chains, sequences].</summary>
    internal void Fill(Span<double> uniforms, ScrambledSequence[] sequences)
    {
        for (var chain = 0; chain < _reversedIndex.Length; chain++)
        {
            var (index, first) = (_reversedIndex[chain], chain * sequences.Length);
            for (var i = 0; i < sequences.Length; i++) uniforms[first + i] = sequences[i].Uniform(index);
        }
    }
}
