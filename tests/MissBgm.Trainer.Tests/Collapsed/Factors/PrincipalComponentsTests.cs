using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Factors;

/// <summary>Where factor analysis begins.</summary>
public sealed class PrincipalComponentsTests
{
    [Theory]
    [InlineData(12, 9)]
    [InlineData(9, 12)]
    public void Products_of_rows_and_of_columns_give_the_same_components_but_for_their_signs(int n, int p)
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, p).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        var (wide, narrow) = (PrincipalComponents.OfRows(n, p, 4, 0.8, i => rows[i]), PrincipalComponents.OfColumns(n, p, 4, 0.8, i => rows[i]));
        Assert.Equal(4, wide.Length);
        for (var k = 0; k < 4; k++)
        {
            var sign = Math.Sign(wide[k][0] * narrow[k][0]);
            for (var j = 0; j < p; j++) Assert.Equal(narrow[k][j], sign * wide[k][j], 1e-12);
        }

        Assert.Equal(Length(wide[0]), wide.Max(Length));
        static double Length(double[] vector) => Math.Sqrt(vector.Sum(x => x * x));
    }
}
