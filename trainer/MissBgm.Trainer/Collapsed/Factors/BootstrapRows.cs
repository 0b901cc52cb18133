using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>Bootstrap samples of a table's rows: as many rows, drawn with replacement.</summary>
internal static class BootstrapRows
{
    private const int FewestObserved = 3;
    private const int Attempts = 20;

    /// <summary>
    /// The rows of a sample. One in which a column would be observed in fewer than three different rows (or fewer than the table has) is drawn again, up to
    /// twenty times: such a column would have no law.
    /// </summary>
    /// <param name="data">The table.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="sample">Number of the sample.</param>
    public static int[] Draw(MaskedMatrix data, Philox random, int sample)
    {
        var (n, counts) = (data.Rows, data.ObservedCounts());
        var (rows, uniforms) = (new int[n], new float[n]);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            random.Uniforms(uniforms, RandomPurpose.Bootstrap, attempt, 0, sample);
            for (var i = 0; i < n; i++) rows[i] = Math.Min(n - 1, (int)(uniforms[i] * (double)n));
            if (IsSound(data, counts, rows)) break;
        }

        return rows;
    }

    private static bool IsSound(MaskedMatrix data, int[] counts, int[] rows)
    {
        var distinct = new int[data.Columns];
        foreach (var row in rows.Distinct())
        {
            var mask = data.Mask(row);
            for (var j = 0; j < distinct.Length; j++) distinct[j] += (int)mask[j];
        }

        return !distinct.Where((seen, j) => seen < Math.Min(counts[j], FewestObserved)).Any();
    }
}
