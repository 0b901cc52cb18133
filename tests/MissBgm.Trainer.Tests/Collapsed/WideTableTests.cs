using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Collapsed;

public sealed class WideTableTests
{
    [Fact]
    public void More_columns_than_a_covariance_holds_are_refused_with_the_number_that_would_do()
    {
        const int Columns = 10_001;
        var rows = new double[3, Columns];
        for (var c = 0; c < Columns; c++) (rows[0, c], rows[1, c], rows[2, c]) = (1, 2.5, c % 7 == 0 ? double.NaN : 4);
        var table = Table.FromNumbers([.. Enumerable.Range(0, Columns).Select(c => $"c{c}")], rows, "wide");
        var refusal = Assert.Throws<UserInputException>(() => ModelFit.Run(table, new FitConfig { Mechanism = "ignorable" }));
        Assert.Contains("10000 would do", refusal.Message, StringComparison.Ordinal);
    }
}
