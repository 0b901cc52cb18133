using System.Text.Json.Serialization;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Marginals;

namespace MissBgm.Runtime.Tables;

/// <summary>What a column's values are.</summary>
public enum ColumnType
{
    /// <summary>Real numbers.</summary>
    Numeric,

    /// <summary>Whole numbers: modelled as real ones, rounded in all that is imputed.</summary>
    Integer,

    /// <summary>One of two levels.</summary>
    Binary,

    /// <summary>One of a few levels in an order.</summary>
    Ordinal,

    /// <summary>One of a few levels without an order.</summary>
    Categorical,
}

/// <summary>One column of the training table, in original units; the values of a discrete column are its levels' numbers, from 0.</summary>
public sealed record ColumnSchema
{
    /// <summary>The column's name as it stands in the header.</summary>
    public required string Name { get; init; }

    /// <summary>What the column's values are.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>
    /// Mean of the plausible observed values, 0 for a discrete column that varies; the model sees (value - Location) / Scale.
    /// </summary>
    public required double Location { get; init; }

    /// <summary>Population standard deviation of the plausible observed values; 1 for a constant or a discrete column.</summary>
    public required double Scale { get; init; }

    /// <summary>Smallest observed value.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest observed value.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of the training rows in which the column is observed.</summary>
    public required double ObservedShare { get; init; }

    /// <summary>The levels of a discrete column as texts, in their order; null for other columns.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>Share of each level among the observed values of a discrete column; null for other columns.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? LevelShares { get; init; }

    /// <summary>What is added to the indicator of each level of a categorical column before the largest is taken, so that draws have the
    /// levels as often as they are observed; null for what normal
    /// indicators ask for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? LevelOffsets { get; init; }

    /// <summary>Smallest value the column may take; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LowerBound { get; init; }

    /// <summary>Largest value the column may take; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? UpperBound { get; init; }

    /// <summary>The map between a column of numbers and its Gaussian column; null for the standardised value as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ColumnMarginal? Marginal { get; init; }

    /// <summary>A tree that gives a discrete column's levels given the row's other columns; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LevelTree? Tree { get; init; }

    /// <summary>A forest that gives a column of numbers given the row's other columns; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ColumnForest? Forest { get; init; }

    /// <summary>How the column's numbers are written; null for plain ones, and for levels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Notation? Notation { get; init; }

    /// <summary>What the column is for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ColumnRole Role { get; init; }

    /// <summary>What bounds the middle half of the observed numbers; null for levels, and in models of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quartiles? Quartiles { get; init; }

    /// <summary>
    /// Numbers beyond it are taken for errors; null for levels, for few different numbers, and in models of earlier versions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlausibleRange? Plausible { get; init; }

    /// <summary>Observed cells of the training table; 0 in models of earlier versions, which did not count them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ObservedCells { get; init; }

    /// <summary>Whether all observed values are equal: the column is left out of the model and imputed by that value.</summary>
    public bool IsConstant => Minimum == Maximum;

    /// <summary>Whether the column takes one of a few levels: binary, ordinal or categorical.</summary>
    public bool IsDiscrete => Type is ColumnType.Binary or ColumnType.Ordinal or ColumnType.Categorical;

    /// <summary>Whether not every number is a value of the column: it is discrete, of whole numbers, or has bounds or a map.</summary>
    public bool IsRestricted => Type != ColumnType.Numeric || LowerBound is not null || UpperBound is not null || Marginal is not null;

    /// <summary>The value of the column nearest to a number: whole where it must be, within the bounds, or a level's number.</summary>
    public double Nearest(double value)
    {
        if (IsDiscrete) return Math.Clamp(Math.Round(value), 0, Levels!.Count - 1);
        if (Marginal is not null) value = Marginal.Snap(value);
        var (smallest, largest) = (LowerBound ?? double.NegativeInfinity, UpperBound ?? double.PositiveInfinity);
        return Type == ColumnType.Integer
            ? Math.Min(Math.Max(Math.Round(value, MidpointRounding.ToEven), Math.Ceiling(smallest)), Math.Floor(largest))
            : Math.Min(Math.Max(value, smallest), largest);
    }
}

/// <summary>The quartiles of observed numbers.</summary>
/// <param name="Lower">A quarter lies below it.</param>
/// <param name="Upper">A quarter lies above it.</param>
public sealed record Quartiles(double Lower, double Upper);
