using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Results;

/// <summary>A figure as a paper prints it.</summary>
/// <param name="Table">The table's name here.</param>
/// <param name="Dataset">The dataset's name here.</param>
/// <param name="Method">The method as the paper calls it.</param>
/// <param name="Metric">The measure's name.</param>
/// <param name="Value">The figure.</param>
/// <param name="Sd">Standard deviation over runs; null where none is printed.</param>
public sealed record PublishedFigure(string Table, string Dataset, string Method, string Metric, double Value, double? Sd)
{
    /// <summary>The figures of <c>bench/paper/published.csv</c>.</summary>
    public static IReadOnlyList<PublishedFigure> Read()
    {
        var table = TableReader.Read(Repository.Path("bench", "paper", "published.csv"));
        return Enumerable.Range(0, table.Rows)
            .Select(row => new PublishedFigure(
                table.Text(row, 0), table.Text(row, 1), table.Text(row, 2), table.Text(row, 3), table.Number(row, 4),
                table.IsMissing(row, 5) ? null : table.Number(row, 5)))
            .ToArray();
    }
}
