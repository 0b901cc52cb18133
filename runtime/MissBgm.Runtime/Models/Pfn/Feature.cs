using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>One column of a training table as features: its numbers, or the codes of its texts.</summary>
/// <param name="Name">The column.</param>
/// <param name="Location">Mean of the numbers.</param>
/// <param name="Scale">Their standard deviation, or 1 where they do not vary.</param>
/// <param name="Sorted">The numbers in ascending order.</param>
/// <param name="Codes">Texts by their ordinal order; null where the column is of numbers.</param>
internal sealed record Feature(string Name, double Location, double Scale, double[] Sorted, Dictionary<string, int>? Codes)
{
    /// <summary>How the column's numbers are written.</summary>
    public Notation? Notation { get; init; }

    // Columns of more categories keep their codes.
    private const int MostIndicators = 12;

    /// <summary>How many features the column is. Two categories are one indicator already.</summary>
    public int Width(FeatureView view) => view.Indicators && Codes?.Count is > 2 and <= MostIndicators ? Codes.Count : 1;

    /// <summary>Learns a column; null if none of its cells is observed.</summary>
    public static Feature? Learn(Table table, int column)
    {
        var rows = Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).ToArray();
        if (rows.Length == 0) return null;
        var texts = Array.ConvertAll(rows, row => table.Text(row, column).Trim());
        var numbers = new double[rows.Length];
        var notation = table.Notation(column);
        var numeric = true;
        for (var i = 0; i < rows.Length && numeric; i++) numeric = notation.TryParse(texts[i], out numbers[i]);
        if (!numeric)
        {
            var codes = texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select((text, code) => (text, code))
                .ToDictionary(p => p.text, p => p.code, StringComparer.Ordinal);
            return new Feature(table.Header[column], 0, 1, [], codes);
        }

        var location = numbers.Average();
        var scale = Math.Sqrt(numbers.Average(x => (x - location) * (x - location)));
        return new Feature(table.Header[column], location, scale > 0 && double.IsFinite(scale) ? scale : 1, [.. numbers.Order()], null) { Notation = notation };
    }

    /// <summary>An observed cell as a number, or as its category's code; null for a category that the training table does not have.</summary>
    public float? Encode(Table table, int row, int column, FeatureView view)
    {
        if (Codes is null && view.Scores) return (float)Score(table.Number(row, column));
        if (Codes is null) return (float)Math.Clamp((table.Number(row, column) - Location) / Scale, -1e6, 1e6);
        return Codes.TryGetValue(table.Text(row, column).Trim(), out var code) ? code : null;
    }

    // The normal quantile of the number's mid-rank among the training table's, never beyond the outermost ones'.
    private double Score(double x)
    {
        var share = (Before(value => value < x) + Before(value => value <= x)) / (2.0 * Sorted.Length);
        var outermost = 0.5 / Sorted.Length;
        return StandardNormal.Quantile(Math.Clamp(share, outermost, 1 - outermost));
    }

    // How many of the sorted numbers come before a bound.
    private int Before(Func<double, bool> precedes)
    {
        var (low, high) = (0, Sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (precedes(Sorted[middle])) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
