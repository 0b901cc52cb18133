using System.Text;
using MissBgm.Runtime.Sensitivity;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Sensitivity;

public sealed class StatisticTests
{
    private static readonly Table Source = Read("x,g,\"odd name\"\n1,a,1\n2,a,1\n6,b,1\n8,b,1\n13,,1\n");

    [Theory]
    [InlineData("mean(x)", 6)]
    [InlineData(" mean( x | g = a ) ", 1.5)]
    [InlineData("mean(x | g = b) - mean(x | g=a)", 5.5)]
    [InlineData("median(x)", 6)]
    [InlineData("quantile(x, 0.25)", 2)]
    [InlineData("share(x, 2)", 0.6)]
    [InlineData("share(x,-1e3)", 1)]
    [InlineData("sd(x | g = b)", 1.4142135623730951)]
    [InlineData("mean(\"odd name\")", 1)]
    public void Terms_and_differences_are_computed(string text, double expected) => Assert.Equal(expected, Evaluate(text).Estimate, 12);

    // s / sqrt n; for groups apart the variances add up; for one and the same group they cancel.
    [Fact]
    public void Standard_errors_are_the_textbook_s()
    {
        Assert.Equal(Math.Sqrt(23.5 / 5), Evaluate("mean(x)").StandardError, 12);
        Assert.Equal(Math.Sqrt(0.5 / 2 + 2.0 / 2), Evaluate("mean(x | g = b) - mean(x | g = a)").StandardError, 12);
        Assert.Equal(0, Evaluate("mean(x) - mean(x)").StandardError, 12);
        Assert.True(double.IsNaN(Evaluate("median(x)").StandardError));
    }

    [Theory]
    [InlineData("mode(x)", "cannot be read")]
    [InlineData("mean(x", "cannot be read")]
    [InlineData("mean(x) + mean(x)", "cannot be read")]
    [InlineData("mean(x) - mean(x) - mean(x)", "cannot be read")]
    [InlineData("", "cannot be read")]
    [InlineData("mean(x, 3)", "takes a column alone")]
    [InlineData("quantile(x)", "takes a column and a number")]
    [InlineData("quantile(x, 1.5)", "between 0 and 1")]
    public void What_is_no_statistic_is_refused_with_the_forms_there_are(string text, string part) =>
        Assert.Contains(part, Assert.Throws<UserInputException>(() => Statistic.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_group_without_rows_is_an_error() =>
        Assert.Contains("'c'", Assert.Throws<UserInputException>(() => Evaluate("mean(x | g = c)")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("> 3.2", 3.3, true)]
    [InlineData("> 3.2", 3.2, false)]
    [InlineData(">=3.2", 3.2, true)]
    [InlineData("< -1", -2, true)]
    [InlineData("<= 1e2", 101, false)]
    public void Conclusions_hold_on_their_side(string text, double value, bool holds) => Assert.Equal(holds, Conclusion.Parse(text).Holds(value));

    [Theory]
    [InlineData("3.2")]
    [InlineData("= 3")]
    [InlineData("> three")]
    [InlineData("")]
    public void What_is_no_conclusion_is_refused(string text) => Assert.Throws<UserInputException>(() => Conclusion.Parse(text));

    private static (double Estimate, double StandardError) Evaluate(string text) => Statistic.Parse(text).Evaluate(
        Source, column => [.. Enumerable.Range(0, Source.Rows).Select(row => Source.Number(row, Source.Header.ToList().IndexOf(column)))]);

    private static Table Read(string csv) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "test");
}
