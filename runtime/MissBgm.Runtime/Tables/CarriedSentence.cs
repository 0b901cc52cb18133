namespace MissBgm.Runtime.Tables;

/// <summary>Says in one sentence which columns take no part, and how to change it.</summary>
public static class CarriedSentence
{
    /// <summary>The sentence.</summary>
    public static string Describe(IReadOnlyList<CarriedColumn> carried)
    {
        ArgumentNullException.ThrowIfNull(carried);
        var hint = carried.All(column => column.Reason == CarriedReason.Declared) ? "" : " To use one, declare its type under 'columns'.";
        return $"carried through untouched: {Listed(carried)}.{hint}";
    }

    /// <summary>The columns, and why.</summary>
    public static string Listed(IReadOnlyList<CarriedColumn> carried)
    {
        ArgumentNullException.ThrowIfNull(carried);
        var groups = carried.GroupBy(column => column.Reason).OrderBy(group => group.Key).ToArray();
        return string.Join(", ", groups.Select(group =>
            $"{Listing.Of([.. group], column => $"'{column.Name}'", Listing.Room / groups.Length)} ({Reason(group.Key)})"));
    }

    /// <summary>Why a column takes no part.</summary>
    public static string Reason(CarriedReason reason) => reason switch
    {
        CarriedReason.Declared => "as asked",
        CarriedReason.Names => "names, codes or remarks",
        CarriedReason.Key => "numbers of the rows",
        CarriedReason.Crowded => "more levels than the rows can tell apart",
        CarriedReason.Empty => "empty",
        CarriedReason.Constant => "constant",
        _ => "one or two observed values, too few",
    };
}
