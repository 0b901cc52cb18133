using System.Globalization;

namespace MissBgm.Runtime.Levels;

/// <summary>Says in a few words what a column's tree goes by and why it is there.</summary>
internal static class LevelSentence
{
    private const int ShownColumns = 3;

    /// <summary>The words.</summary>
    public static string Describe(LevelTree tree)
    {
        var columns = tree.Nodes.Select(node => node.Column).OfType<string>().Distinct().ToArray();
        var shown = string.Join(", ", columns.Take(ShownColumns)) + (columns.Length > ShownColumns ? ", ..." : "");
        var evidence = tree.Evidence;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tree.Weight:P0} of the draws by a tree of {tree.Nodes.Count} nodes, columns {(shown.Length == 0 ? "none" : shown)}; "
            + $"log loss of {evidence.HiddenCells} hidden cells {evidence.Normal:0.000} without, {evidence.Both:0.000} with it");
    }
}
