namespace MissBgm.Runtime.Tables;

/// <summary>What a column is for.</summary>
public enum ColumnRole
{
    /// <summary>It is imputed, and helps to impute the others.</summary>
    Both,

    /// <summary>It helps to impute the others; its own missing cells stay missing.</summary>
    PredictOnly,

    /// <summary>It is imputed from the others, and imputes none of them.</summary>
    ImputeOnly,

    /// <summary>It names the rows: carried through untouched.</summary>
    Id,

    /// <summary>It is carried through untouched.</summary>
    Ignore,
}

/// <summary>Why a column of the training table takes no part in the model.</summary>
public enum CarriedReason
{
    /// <summary>The user said so.</summary>
    Declared,

    /// <summary>Texts that differ from row to row, as names, codes and remarks do.</summary>
    Names,

    /// <summary>Whole numbers that count or name the rows.</summary>
    Key,

    /// <summary>No cell is observed.</summary>
    Empty,

    /// <summary>All observed cells are equal.</summary>
    Constant,

    /// <summary>One or two cells are observed: too few to learn from.</summary>
    Rare,

    /// <summary>Levels that come back, as schools and towns do, but too many of them for the rows to tell them apart.</summary>
    Crowded,
}

/// <summary>A column that is carried through untouched.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Reason">Why it takes no part.</param>
public sealed record CarriedColumn(string Name, CarriedReason Reason);
