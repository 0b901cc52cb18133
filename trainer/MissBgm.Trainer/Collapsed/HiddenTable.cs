using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Tables;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// A coded table without some of its observed cells, picked at random, and what these hold. Of categorical columns none are hidden: a level's indicator
/// follows from the others.
/// </summary>
/// <param name="Data">The table without them.</param>
/// <param name="Cells">The hidden cells, as indices into the table, ascending.</param>
/// <param name="Truth">Their values, [cells].</param>
internal sealed record HiddenTable(MaskedMatrix Data, int[] Cells, double[] Truth)
{
    private const double Share = 0.1;

    /// <summary>How many choices hide as many cells as wanted, within bounds.</summary>
    /// <param name="observed">Observed cells.</param>
    /// <param name="wanted">Cells to hide.</param>
    /// <param name="fewest">Fewest choices.</param>
    /// <param name="most">Most choices.</param>
    public static int Choices(double observed, double wanted, int fewest, int most) =>
        Math.Clamp((int)Math.Ceiling(wanted / Math.Max(1.0, Share * observed)), fewest, most);

    /// <summary>Hides a tenth of the observed cells.</summary>
    /// <param name="table">The coded table; every column needs three observed values.</param>
    /// <param name="types">What its columns stand for.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="repeat">Another choice for another number.</param>
    public static HiddenTable Of(EncodedTable table, IReadOnlyList<ColumnType> types, ulong seed, int repeat)
    {
        var cells = HiddenCells.Pick(table, Share, new Philox(seed), repeat, column => types[column] != ColumnType.Categorical);
        return new HiddenTable(MaskedMatrix.From(HiddenCells.Hide(table, cells)), cells, Array.ConvertAll(cells, cell => (double)table.Values[cell]));
    }

    /// <summary>What a completion of the table, [n, p], says of the hidden cells.</summary>
    public double[] At(double[] completed) => Array.ConvertAll(Cells, cell => completed[cell]);
}
