using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Tests.Simulation;

public sealed class LogisticM2MMaskTests
{
    private const int Rows = 20_000;
    private const int Columns = 10;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Every_columns_missing_rate_is_the_target(double rate)
    {
        // 20,000 cells a column; the targets' cells are conditionally independent with mean rate, so six standard errors bound all 10
        // columns (false alarm 2e-8).
        var observed = LogisticM2MMask.Draw(Table(11), rate, 5);
        var margin = 6 * Math.Sqrt(rate * (1 - rate) / Rows);
        for (var j = 0; j < Columns; j++)
        {
            var share = Enumerable.Range(0, Rows).Count(i => observed[i, j] == 0) / (double)Rows;
            Assert.InRange(share, rate - margin, rate + margin);
        }
    }

    [Theory]
    [InlineData(0.3, 3)]
    [InlineData(0.6, 1)]
    public void Targets_depend_on_which_inputs_are_hidden_and_inputs_on_nothing(double rate, int inputs)
    {
        // The inputs' masks are independent of each other; each target's mask is a logistic function of theirs.
        // 45 pairs of columns, 20,000 rows: an independent pair's correlation has standard error 0.0071, so 0.04 is a false alarm of 45 * 2e-8.
        var observed = LogisticM2MMask.Draw(Table(11), rate, 5);
        var linked = Enumerable.Range(0, Columns)
            .Select(j => Enumerable.Range(0, Columns).Count(k => k != j && Math.Abs(Correlation(observed, j, k)) > 0.04)).ToArray();
        var independent = Enumerable.Range(0, Columns)
            .Count(j => Enumerable.Range(0, Columns).Count(k => k != j && Math.Abs(Correlation(observed, j, k)) < 0.04) >= inputs - 1);
        Assert.True(linked.Max() >= Columns - inputs - 1, $"the most linked column has {linked.Max()} partners");
        Assert.True(independent >= inputs);
    }

    [Fact]
    public void A_hidden_inputs_value_moves_the_targets_so_the_mask_is_not_at_random()
    {
        // At rate 0.6 one of the 10 columns is the input. Among the rows that hide it, its values differ between rows that hide a target and rows that show it.
        // Without such a link, that difference has a standard error of 0.019 for each of the 90 pairs: 0.15 is eight of them.
        var table = Table(11);
        var observed = LogisticM2MMask.Draw(table, 0.6, 5);
        Assert.True(Pairs().Max(pair => HiddenValueShift(table, observed, pair.Input, pair.Target)) > 0.15);
        var random = McarMask.Draw(Rows, Columns, 0.6, 5);
        Assert.True(Pairs().Max(pair => HiddenValueShift(table, random, pair.Input, pair.Target)) < 0.15);
    }

    [Fact]
    public void Every_row_and_every_column_keeps_a_cell() => MnarMaskTests.AssertNoEmptyLine(LogisticM2MMask.Draw(Table(2), 0.95, 3));

    private static Matrix<float> Table(ulong seed)
    {
        var random = new NumpyGenerator(seed);
        var table = new Matrix<float>(Rows, Columns);
        for (var i = 0; i < table.Values.Length; i++) table.Values[i] = (float)random.StandardNormal();
        return table;
    }

    private static IEnumerable<(int Input, int Target)> Pairs() =>
        from input in Enumerable.Range(0, Columns) from target in Enumerable.Range(0, Columns) where input != target select (input, target);

    private static double HiddenValueShift(Matrix<float> x, Matrix<byte> observed, int input, int target)
    {
        var rows = Enumerable.Range(0, Rows).Where(i => observed[i, input] == 0).ToLookup(i => observed[i, target], i => x[i, input]);
        return Math.Abs(rows[0].Average() - rows[1].Average());
    }

    private static double Correlation(Matrix<byte> m, int j, int k)
    {
        double sj = 0, sk = 0, sjk = 0;
        for (var i = 0; i < m.Rows; i++)
        {
            sj += m[i, j];
            sk += m[i, k];
            sjk += m[i, j] * m[i, k];
        }

        var (pj, pk) = (sj / m.Rows, sk / m.Rows);
        return (sjk / m.Rows - pj * pk) / Math.Sqrt(pj * (1 - pj) * pk * (1 - pk));
    }
}
