using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>Which columns' masks a mechanism may act on; those of the others are ignorable.</summary>
internal static class MaskTerms
{
    /// <summary>
    /// Selection reads the shape of a column's noise, which a discrete one does not show; self needs an order of the values, which categorical ones have not.
    /// </summary>
    public static bool Allows(Mechanism mechanism, ColumnType type) => mechanism switch
    {
        Mechanism.Selection => !type.IsDiscrete(),
        Mechanism.Self => type != ColumnType.Categorical,
        _ => true,
    };

    /// <summary>Whether a column takes one of a few levels.</summary>
    public static bool IsDiscrete(this ColumnType type) => type is ColumnType.Binary or ColumnType.Ordinal or ColumnType.Categorical;
}
