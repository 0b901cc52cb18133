namespace MissBgm.Runtime.Tables;

/// <summary>What a column's values are.</summary>
public enum ColumnType
{
    /// <summary>Real numbers.</summary>
    Numeric,

    /// <summary>Whole numbers: imputed values are rounded when written.</summary>
    Integer,
}

/// <summary>One column of the training table, in original units.</summary>
public sealed record ColumnSchema
{
    /// <summary>The column's name as it stands in the header.</summary>
    public required string Name { get; init; }

    /// <summary>What the column's values are.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>Mean of the observed values; the model sees (value - Location) / Scale.</summary>
    public required double Location { get; init; }

    /// <summary>Population standard deviation of the observed values; 1 for a constant column.</summary>
    public required double Scale { get; init; }

    /// <summary>Smallest observed value.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest observed value.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of the training rows in which the column is observed.</summary>
    public required double ObservedShare { get; init; }

    /// <summary>Whether all observed values are equal: the column is left out of the model and imputed by that value.</summary>
    public bool IsConstant => Minimum == Maximum;
}
