using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// The rows that parameters are fitted to: all, or of a tall table a choice drawn at random, which bounds a fit's time and memory and leaves parameters
/// as uncertain as so many rows do. What a column is (levels, scaling, map) is learned from all of them.
/// </summary>
internal static class FitRows
{
    private const int Most = 100_000;
    private const int MostOfWide = 20_000;
    private const double MostCells = 4e6;

    /// <summary>How many rows of a table a fit takes.</summary>
    public static int Count(int rows, int columns) => Math.Min(rows, Math.Max(MostOfWide, (int)Math.Min(Most, MostCells / columns)));

    /// <summary>The table, or a choice of its rows in their order.</summary>
    /// <param name="table">The table.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static EncodedTable Of(EncodedTable table, ulong seed)
    {
        var count = Count(table.Rows, table.Columns);
        return count == table.Rows ? table : table.Select([.. new Philox(seed).Permutation(table.Rows, RandomPurpose.MemberChoice, 2)[..count].Order()]);
    }
}
