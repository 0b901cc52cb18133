using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Evidence;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>
/// Where a mechanism hides the values at one end of a column, the observed values do not show how far the column goes there: draws go on
/// beyond the last of them as the model has it.
/// </summary>
internal static class HiddenEnds
{
    /// <summary>Columns with maps whose hidden ends are open.</summary>
    /// <param name="columns">The columns as their observed values map them.</param>
    /// <param name="decision">The mechanism.</param>
    /// <param name="coding">The columns' places in the model.</param>
    public static ColumnSchema[] Open(ColumnSchema[] columns, MechanismDecision decision, GaussianCoding coding) =>
        [.. columns.Select((column, c) => column.Marginal is { } marginal
        ? column with { Marginal = Open(marginal, column.UpperBound, decision.Hides(coding.PlacesOf(c).First())) }
        : column)];

    // Only a declared maximum counts. A minimum of 0 stays: a column without a negative value is of a quantity that has none far more often
    // than a mask has hidden them all.
    private static ColumnMarginal Open(ColumnMarginal marginal, double? maximum, HiddenValues hidden) => hidden switch
    {
        HiddenValues.Large => marginal with { UpperTail = Straight(marginal.UpperTail), NaturalMaximum = maximum },
        HiddenValues.Small => marginal with { LowerTail = Straight(marginal.LowerTail) },
        _ => marginal,
    };

    private static MarginalTail? Straight(MarginalTail? tail) => tail is null ? null : tail with { Scale = double.MaxValue };
}
