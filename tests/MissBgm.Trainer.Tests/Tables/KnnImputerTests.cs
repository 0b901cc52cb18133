using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Tables;

namespace MissBgm.Trainer.Tests.Tables;

public sealed class KnnImputerTests
{
    private const float Missing = float.NaN;

    [Fact]
    public void A_cell_is_the_mean_of_its_nearest_rows_that_have_the_value()
    {
        // scikit-learn's documented example: KNNImputer(n_neighbors=2) gives 4 at [0, 2] and 5.5 at [2, 0].
        var completed = Complete(2, [1, 2, Missing], [3, 4, 3], [Missing, 6, 5], [8, 8, 7]);

        Assert.Equal([1, 2, 4, 3, 4, 3, 5.5f, 6, 5, 8, 8, 7], completed);
    }

    [Fact]
    public void Distances_are_scaled_up_for_columns_that_are_not_shared()
    {
        // To row 0, row 1 differs by 3 in the one shared column of two (squared distance 18), row 2 by 3 and 2 in both (13): row 2 is nearer.
        var completed = Complete(1, [0, 0, Missing], [3, Missing, 10], [3, 2, 20]);

        Assert.Equal(20, completed[2]);
    }

    [Fact]
    public void A_row_that_shares_no_column_with_another_gets_the_column_means()
    {
        var completed = Complete(1, [1, Missing], [3, Missing], [Missing, 7]);

        Assert.Equal([1, 7, 3, 7, 2, 7], completed);
    }

    [Fact]
    public void A_row_entirely_missing_gets_the_column_means()
        => Assert.Equal([2, 4], Complete(5, [1, 2], [3, 6], [Missing, Missing])[4..]);

    [Fact]
    public void With_fewer_donors_than_neighbours_all_are_used()
        => Assert.Equal(15, Complete(5, [0, Missing], [1, 10], [50, 20])[1]);

    [Fact]
    public void Ties_go_to_the_earlier_rows()
        => Assert.Equal(10, Complete(1, [1, 10], [0, Missing], [-1, 20])[3]);

    [Fact]
    public void A_cancelled_completion_ends_before_it_has_compared_all_rows()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var table = new EncodedTable(2, 1, [1, 0], [1, 0]);

        Assert.Throws<OperationCanceledException>(() => KnnImputer.Complete(table, 1, cancelled.Token));
    }

    [Fact]
    public void Observed_cells_are_kept_and_wide_rows_agree_with_a_plain_computation()
    {
        var random = new Random(7);
        var (rows, columns, neighbours) = (40, 21, 5);
        float Cell() => random.NextDouble() < 0.3 ? Missing : (float)random.NextDouble();
        var cells = Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => Cell()).ToArray()).ToArray();

        var completed = Complete(neighbours, cells);

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var expected = float.IsNaN(cells[row][column]) ? PlainMean(cells, row, column, neighbours) : cells[row][column];
                Assert.Equal(expected, completed[row * columns + column], 1e-6);
            }
        }
    }

    private static double PlainMean(float[][] cells, int row, int column, int neighbours)
    {
        double Distance(float[] other)
        {
            var shared = cells[row].Zip(other).Where(pair => !float.IsNaN(pair.First) && !float.IsNaN(pair.Second)).ToArray();
            return Math.Sqrt((double)other.Length / shared.Length * shared.Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)));
        }

        return cells.Where(other => !float.IsNaN(other[column])).OrderBy(Distance).Take(neighbours).Average(other => (double)other[column]);
    }

    private static float[] Complete(int neighbours, params float[][] rows)
    {
        var cells = rows.SelectMany(row => row).ToArray();
        return KnnImputer.Complete(
            new EncodedTable(rows.Length, rows[0].Length, [.. cells.Select(x => float.IsNaN(x) ? 0 : x)], [.. cells.Select(x => float.IsNaN(x) ? 0f : 1f)]),
            neighbours);
    }
}
