using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public sealed class RowSampleTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private Table Sample(int rows, int of, ulong seed)
    {
        File.WriteAllText(_path, "a,b\n" + string.Concat(Enumerable.Range(0, of).Select(i => $"{i},\"x{i % 3}\"\n")));
        return TableReader.ReadSample(_path, rows, seed);
    }

    private static int[] Rows(Table table) => [.. Enumerable.Range(0, table.Rows).Select(row => (int)table.Number(row, 0))];

    [Fact]
    public void A_sample_has_so_many_different_rows_as_they_stand_and_in_their_order()
    {
        var table = Sample(100, 5000, 1);
        var rows = Rows(table);
        Assert.Equal(100, rows.Distinct().Count());
        Assert.Equal(rows.Order(), rows);
        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(($"x{rows[row] % 3}", rows[row] + 2), (table.Text(row, 1), table.Line(row))));
        Assert.Contains("100 of 5000 rows were drawn at random (--sample-rows).", table.Notes);
        Assert.Equal(rows, Rows(Sample(100, 5000, 1)));
        Assert.NotEqual(rows, Rows(Sample(100, 5000, 2)));
    }

    [Fact]
    public void A_table_of_no_more_rows_is_read_whole()
    {
        Assert.Equal(Enumerable.Range(0, 50), Rows(Sample(50, 50, 1)));
        Assert.Empty(Sample(60, 50, 1).Notes);
        Assert.Throws<UserInputException>(() => Sample(1, 50, 1));
    }

    [Fact]
    public void Every_row_is_drawn_as_often()
    {
        // 400 seeds draw 5 of 20 rows: each row 100 times, standard deviation 8.7; beyond 4.5 of them once in 7,000 runs of 20 rows.
        var drawn = new int[20];
        for (var seed = 0u; seed < 400; seed++)
        {
            foreach (var row in Rows(Sample(5, 20, seed))) drawn[row]++;
        }

        Assert.All(drawn, count => Assert.InRange(count, 100 - 39, 100 + 39));
    }
}
