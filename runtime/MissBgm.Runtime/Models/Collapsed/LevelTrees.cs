using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>The trees of a model's discrete columns, for rows as <see cref="TableSchema.Encode"/> has them.</summary>
internal sealed class LevelTrees
{
    private readonly PlacedTree[] _trees;

    private LevelTrees(PlacedTree[] trees) => _trees = trees;

    /// <summary>Whether no column has a tree.</summary>
    internal bool IsEmpty => _trees.Length == 0;

    /// <summary>The trees of the modelled columns; rows stop where one goes on by a column that is not modelled.</summary>
    internal static LevelTrees Of(IReadOnlyList<ColumnSchema> modelled)
    {
        var places = modelled.Select((column, c) => (column.Name, c)).ToDictionary(pair => pair.Name, pair => pair.c, StringComparer.Ordinal);
        int PlaceOf(LevelNode node) => node.Column is { } name ? places.GetValueOrDefault(name, -1) : -1;
        return new LevelTrees(
        [
            .. modelled.Select((column, c) => (column.Tree, Place: c))
                .Where(pair => pair.Tree is not null)
                .Select(pair => new PlacedTree(pair.Place, pair.Tree!, [.. pair.Tree!.Nodes.Select(PlaceOf)], modelled)),
        ]);
    }

    /// <summary>Draws the missing levels of a row anew, one column after another, where chance gives them to the tree.</summary>
    /// <param name="row">The completed row, [p].</param>
    /// <param name="observed">r, [p].</param>
    /// <param name="uniforms">A uniform number for each column, [p].</param>
    internal void Draw(Span<float> row, ReadOnlySpan<float> observed, ReadOnlySpan<float> uniforms)
    {
        foreach (var tree in _trees)
        {
            var uniform = uniforms[tree.Column];
            if (observed[tree.Column] == 1 || uniform >= tree.Weight) continue;
            row[tree.Column] = Pick(tree.Stop(row), uniform / tree.Weight);
        }
    }

    /// <summary>The chance of a level in a row that is not completed: where a tree goes on by a missing cell, the row stops.</summary>
    /// <param name="column">A column with a tree.</param>
    /// <param name="level">The level.</param>
    /// <param name="row">The row, [p].</param>
    /// <param name="observed">r, [p].</param>
    internal double Chance(int column, int level, ReadOnlySpan<float> row, ReadOnlySpan<float> observed)
    {
        var node = Array.Find(_trees, tree => tree.Column == column)!.Stop(row, observed);
        for (var k = 0; k < node.Levels.Count; k++)
        {
            if (node.Levels[k] == level) return node.Shares[k];
        }

        return 0;
    }

    /// <summary>Sets the missing levels of a row to the most probable ones, where the tree has most of the draws.</summary>
    /// <param name="row">The completed row, [p].</param>
    /// <param name="observed">r, [p].</param>
    internal void Settle(Span<float> row, ReadOnlySpan<float> observed)
    {
        foreach (var tree in _trees)
        {
            if (observed[tree.Column] == 1 || tree.Weight < 0.5) continue;
            var node = tree.Stop(row);
            row[tree.Column] = node.Levels[Enumerable.Range(0, node.Levels.Count).MaxBy(k => node.Shares[k])];
        }
    }

    private static int Pick(LevelNode node, double uniform)
    {
        var last = node.Levels.Count - 1;
        for (var k = 0; k < last; k++)
        {
            if ((uniform -= node.Shares[k]) < 0) return node.Levels[k];
        }

        return node.Levels[last];
    }

    /// <summary>A tree whose columns are known by their places.</summary>
    private sealed class PlacedTree(int column, LevelTree tree, int[] columns, IReadOnlyList<ColumnSchema> modelled)
    {
        private readonly float[] _thresholds = [.. tree.Nodes.Select((node, i) =>
            node.Threshold is { } threshold ? (float)((threshold - modelled[columns[i]].Location) / modelled[columns[i]].Scale) : 0f)];

        public int Column => column;

        public double Weight => tree.Weight;

        /// <summary>The node at which a row stops; at a missing cell, unless all are taken as they are.</summary>
        public LevelNode Stop(ReadOnlySpan<float> row, ReadOnlySpan<float> observed = default)
        {
            var at = 0;
            while (columns[at] is >= 0 and var by && (observed.IsEmpty || observed[by] == 1))
            {
                var node = tree.Nodes[at];
                var next = node.Below![node.Threshold is null ? (int)row[by] : row[by] <= _thresholds[at] ? 0 : 1];
                if (next < 0) break;
                at = next;
            }

            return tree.Nodes[at];
        }
    }
}
