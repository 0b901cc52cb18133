using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>What the fits draw for observed cells, each left out of its row in turn.</summary>
internal static class LeftOutCells
{
    private const int Draws = 64;
    private const int FewestRows = 100;
    private const int MostRows = 1000;

    // Of a row under a member: products of its dimension's square with columns and dimension. About half a second.
    private const double MostWork = 5e8;

    /// <summary>The cells of each of some Gaussian columns.</summary>
    /// <param name="places">The columns.</param>
    /// <param name="weights">The fits' parameters, without masks that follow values.</param>
    /// <param name="fits">The fits and their weights.</param>
    /// <param name="coded">The coded table; of a tall one a choice of rows is taken.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="cancel">Ends it.</param>
    public static IReadOnlyDictionary<int, HiddenCell[]> Draw(
        IReadOnlyCollection<int> places, CollapsedMixture weights, IReadOnlyList<GeneratorFit> fits, EncodedTable coded, ulong seed,
        CancellationToken cancel)
    {
        var (data, cells) = (MaskedMatrix.From(coded), places.ToDictionary(place => place, _ => new List<HiddenCell>()));
        var (predictive, d) = (new CellPredictive(weights, fits), (double)weights.LatentDimension);
        var most = (int)Math.Clamp(MostWork / (weights.Members.Count * d * d * (d + weights.Columns)), FewestRows, MostRows);
        var rows = places.Count == 0 ? [] : new Philox(seed).Permutation(data.Rows, RandomPurpose.MemberChoice, 2);
        foreach (var row in rows.Take(most).Order())
        {
            cancel.ThrowIfCancellationRequested();
            predictive.Condition(data.Row(row), data.Mask(row));
            foreach (var (place, own) in cells)
            {
                if (data.Mask(row)[place] != 1.0) continue;
                predictive.Predict(place);
                own.Add(new HiddenCell(data.Row(row)[place], predictive.Draws(Draws, row)));
            }
        }

        return cells.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }
}
