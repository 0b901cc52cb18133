using MissBgm.Runtime.Forests;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>A forest of two trees: one of three leaves that goes by two columns, and one of a single leaf.</summary>
internal static class TestForest
{
    /// <summary>The forest of a column.</summary>
    /// <param name="place">The column.</param>
    /// <param name="first">The column that the first tree goes by: up to 0.1 to values -1 and -0.5.</param>
    /// <param name="second">The column that the others go by: up to -0.3 to 0.25, else to 1, 1.5 and 2.</param>
    public static RegressionForest Of(int place, int first, int second) => new(
        place, [0, 5], [first, -1, second, -1, -1, -1], [0.1f, 0, -0.3f, 0, 0, 0], [1, 0, 3, 2, 3, 6], [0, 2, 0, 1, 3, 1], [-1, -0.5f, 0.25f, 1, 1.5f, 2, 3]);
}
