using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Tests.Simulation;

public sealed class MnarMaskTests
{
    [Theory]
    [InlineData("wine", "wine")]
    [InlineData("breast", "breast_wisconsin_original")]
    [InlineData("concrete", "concrete")]
    public void The_papers_tables_and_masks_come_out_bit_for_bit(string table, string file)
    {
        var standardised = StandardScaler.Transform(Read(table));
        Assert.Equal(Fixture.BenchmarkHashes[$"real_mnar20/{file}_x_full_standardised.npy"], Fixture.Hash<float>(standardised.Values));
        Assert.Equal(Fixture.BenchmarkHashes[$"real_mnar20/{file}_observed_seed123.npy"], Fixture.Hash<byte>(MnarMask.Draw(standardised, 0.2, 123).Values));
    }

    [Fact]
    public void Smaller_values_are_hidden_more_often()
    {
        var table = StandardScaler.Transform(Read("concrete"));
        var observed = MnarMask.Draw(table, 0.2, 1);
        var hidden = table.Values.Where((_, i) => observed.Values[i] == 0).Average();
        var shown = table.Values.Where((_, i) => observed.Values[i] == 1).Average();

        // Eq. 67 as printed: the chance to be observed grows with the value. (The paper's text says the opposite of its formula and its code.)
        Assert.True(shown - hidden > 0.3, $"hidden {hidden}, shown {shown}");
    }

    [Fact]
    public void Every_row_and_every_column_keeps_a_cell_at_the_highest_rates()
    {
        var observed = MnarMask.Draw(StandardScaler.Transform(Read("wine")), 0.99, 5);
        AssertNoEmptyLine(observed);
    }

    [Fact]
    public void A_constant_column_is_standardised_to_zero()
    {
        var table = new Matrix<float>(100, 1);
        Array.Fill(table.Values, 0.1f);
        Assert.All(StandardScaler.Transform(table).Values, x => Assert.Equal(0, x));
    }

    internal static void AssertNoEmptyLine(Matrix<byte> observed)
    {
        for (var i = 0; i < observed.Rows; i++) Assert.Contains(Enumerable.Range(0, observed.Columns), j => observed[i, j] == 1);
        for (var j = 0; j < observed.Columns; j++) Assert.Contains(Enumerable.Range(0, observed.Rows), i => observed[i, j] == 1);
    }

    internal static Matrix<float> Read(string name) => CompleteTable.Values(TableReader.Read(Path.Combine(AppContext.BaseDirectory, "data", name + ".csv")));
}
