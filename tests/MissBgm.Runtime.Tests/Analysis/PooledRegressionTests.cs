using MissBgm.Runtime.Analysis;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Analysis;

public sealed class PooledRegressionTests
{
    private static readonly double[] X = [-2.1, -1.4, -0.8, -0.5, -0.1, 0.2, 0.6, 0.9, 1.5, 2.2];

    [Fact]
    public void A_term_that_separates_outcomes_is_named_and_refused()
    {
        var message = Fault(i => $"{(X[i] > 0 ? "yes" : "no")},{X[i]},1,{X[9 - i]}", "y ~ x", RegressionFamily.Binomial);
        Assert.Contains("the response is separated", message, StringComparison.Ordinal);
        Assert.Contains("foremost 'x'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_level_without_one_of_the_outcomes()
    {
        var message = Fault(i => $"{(i % 3 == 0 && i < 7 ? 1 : 0)},{X[i]},1,{(i < 7 ? "low" : "high")}", "y ~ x + z", RegressionFamily.Binomial);
        Assert.Contains("'zlow'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_level_of_zeros_only_among_counts() =>
        Assert.Contains(
            "'zlow'", Fault(i => $"{(i < 5 ? 0 : i)},{X[i] * X[i]},1,{(i < 5 ? "low" : "high")}", "y ~ z", RegressionFamily.Poisson),
            StringComparison.Ordinal);

    // The largest coefficient that is still an estimate: one row on the wrong side.
    [Fact]
    public void Outcomes_that_are_nearly_separated_have_an_estimate()
    {
        var pooled = PooledRegression.Fit(Tables(i => $"{(X[i] > 0 ^ i == 2 ? 1 : 0)},{X[i]},1,1"), "y ~ x", RegressionFamily.Binomial);
        Assert.InRange(pooled.Terms[1].Pooled!.Estimate, 1, 50);
    }

    [Fact]
    public void Equal_tables_have_the_errors_of_one_and_no_missing_information_but_for_the_degrees_of_freedom()
    {
        var pooled = PooledRegression.Fit(Tables(i => $"{2 + X[i] + (i % 2 == 0 ? 0.1 : -0.1)},{X[i]},1,1"), "y ~ x");
        Assert.Equal(8, pooled.CompleteDegreesOfFreedom);
        Assert.All(pooled.Terms, term => Assert.Equal(9.0 / 11 * 8, term.Pooled!.DegreesOfFreedom, 1e-9));
        Assert.All(pooled.Terms, term => Assert.Equal(0, term.Pooled!.Between, 1e-20));
    }

    [Fact]
    public void A_constant_term_has_no_coefficient_and_the_others_are_as_without_it()
    {
        var tables = Tables(i => $"{X[9 - i] + X[i] * X[i]},{X[i]},7,one");
        var with = PooledRegression.Fit(tables, "y ~ x + w + z");
        Assert.Equal(["(Intercept)", "x", "w"], with.Terms.Select(term => term.Term));
        Assert.Equal((null, 3), (with.Terms[2].Pooled, with.Terms[2].Aliased));
        Assert.Equal(PooledRegression.Fit(tables, "y ~ x").Terms[1].Pooled, with.Terms[1].Pooled);
    }

    [Fact]
    public void Rows_that_are_still_incomplete_are_left_out_and_counted()
    {
        var pooled = PooledRegression.Fit(Tables(i => $"{X[9 - i] + X[i] * X[i]},{(i == 3 ? "" : X[i])},1,{(i == 5 ? "" : "v")}"), "y ~ x");
        Assert.Equal((9, 1), (pooled.Rows, pooled.LeftOut));
    }

    [Theory]
    [InlineData("y ~ x", RegressionFamily.Gaussian, "holds texts")]
    [InlineData("x ~ w", RegressionFamily.Poisson, "allows 0 or more")]
    [InlineData("x ~ w", RegressionFamily.Binomial, "allows 0 and 1")]
    [InlineData("z ~ x", RegressionFamily.Binomial, "has 3 levels")]
    [InlineData("w ~ x", RegressionFamily.Gaussian, "fit the response exactly")]
    [InlineData("x ~ log(x2)", RegressionFamily.Gaussian, "names a column 'x2'")]
    [InlineData("w ~ log(x)", RegressionFamily.Gaussian, "log(x) of -2.1 is not a finite number")]
    [InlineData("x ~ sqrt(z)", RegressionFamily.Gaussian, "holds texts, of which there is no sqrt(z)")]
    [InlineData("x ~ 0", RegressionFamily.Gaussian, "has no term at all")]
    [InlineData("x ~ factor(n)", RegressionFamily.Gaussian, "leave nothing to tell their errors by")]
    public void What_cannot_be_analysed_is_a_sentence(string formula, RegressionFamily family, string part)
    {
        var tables = Tables(i => $"{(i < 5 ? "no" : "yes")},{X[i]},3,{(i % 3 == 0 ? "p" : i % 3 == 1 ? "q" : "r")},{i}", "y,x,w,z,n");
        Assert.Contains(part, Assert.Throws<UserInputException>(() => PooledRegression.Fit(tables, formula, family)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_row_is_too_few() =>
        Assert.Contains(
            "1 row for 1 coefficients leave nothing",
            Assert.Throws<UserInputException>(() => PooledRegression.Fit([Read("x\n1\n", 1), Read("x\n2\n", 2)], "x ~ 1")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Tables_of_different_shapes_are_refused()
    {
        Assert.Contains(
            "has 1 rows",
            Assert.Throws<UserInputException>(() => PooledRegression.Fit([Read("x\n1\n2\n", 1), Read("x\n2\n", 2)], "x ~ 1")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "different columns",
            Assert.Throws<UserInputException>(() => PooledRegression.Fit([Read("x\n1\n", 1), Read("y\n2\n", 2)], "x ~ 1")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "at least two", Assert.Throws<UserInputException>(() => PooledRegression.Fit([Read("x\n1\n", 1)], "x ~ 1")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1", "allowed is 0 or more")]
    [InlineData("0", "are 0")]
    public void Weights_are_checked(string weight, string part) =>
        Assert.Contains(
            part,
            Assert.Throws<UserInputException>(
                () => PooledRegression.Fit(Tables(i => $"{i},{X[i]},{weight},1"), "y ~ x", RegressionFamily.Gaussian, "w")).Message,
            StringComparison.Ordinal);

    private static string Fault(Func<int, string> line, string formula, RegressionFamily family) =>
        Assert.Throws<UserInputException>(() => PooledRegression.Fit(Tables(line), formula, family)).Message;

    private static Table[] Tables(Func<int, string> line, string header = "y,x,w,z") =>
        [.. Enumerable.Range(1, 3).Select(m => Read($"{header}\n{string.Concat(Enumerable.Range(0, X.Length).Select(i => line(i) + "\n"))}", m))];

    private static Table Read(string text, int number)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return TableReader.Read(stream, $"imputation_{number}.csv");
    }
}
