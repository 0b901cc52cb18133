namespace MissBgm.Runtime.Tables;

/// <summary>Lists of names in messages, as long as two lines of a terminal have room for.</summary>
public static class Listing
{
    /// <summary>Characters that a list has by default.</summary>
    public const int Room = 90;

    /// <summary>The first of the items and how many more there are.</summary>
    /// <param name="items">The items.</param>
    /// <param name="text">What is written of one.</param>
    /// <param name="room">Characters at most; the first item is written in any case.</param>
    public static string Of<T>(IReadOnlyList<T> items, Func<T, string> text, int room = Room)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(text);
        var (listed, count) = ("", 0);
        foreach (var item in items.Select(text))
        {
            var longer = count == 0 ? item : $"{listed}, {item}";
            if (count > 0 && longer.Length > room) break;
            (listed, count) = (longer, count + 1);
        }

        return count == items.Count ? listed : $"{listed} and {items.Count - count} more";
    }
}
