using System.Globalization;

namespace MissBgm.Runtime.Forests;

/// <summary>Says in a few words what share a column's forest has and why it is there.</summary>
internal static class ForestSentence
{
    /// <summary>The words.</summary>
    public static string Describe(ColumnForest forest) => string.Create(
        CultureInfo.InvariantCulture,
        $"{forest.Weight:P0} of the draws by a forest of {forest.Trees} trees; error of {forest.Evidence.HiddenCells} hidden cells "
        + $"{forest.Evidence.Gaussian:0.000} without, {forest.Evidence.Both:0.000} with it");
}
