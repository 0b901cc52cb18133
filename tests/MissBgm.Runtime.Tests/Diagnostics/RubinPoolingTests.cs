using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Tests.Diagnostics;

public class RubinPoolingTests
{
    private static readonly double[] Estimates = [1.0, 1.5, 0.8, 1.2, 1.1];
    private static readonly double[] Errors = [0.3, 0.25, 0.28, 0.32, 0.3];

    // Expected values computed with NumPy and SciPy from the formulas of Rubin (1987) and Barnard and Rubin (1999).
    [Theory]
    [InlineData(50, 10.016194739694757, 0.2149595308077521, 2.0250404691922474, 0.020213989879670467, 0.5659057928508455)]
    [InlineData(double.PositiveInfinity, 16.858990866562714, 0.26228659386385866, 1.9777134061361412, 0.013550648850934372, 0.5387502301600445)]
    public void Estimates_are_pooled_by_Rubins_rules(double completeDf, double df, double lower, double upper, double p, double missing)
    {
        var pooled = RubinPooling.Pool(Estimates, Errors, completeDf);
        Assert.Equal(1.12, pooled.Estimate, 12);
        Assert.Equal(0.40627576841352475, pooled.StandardError, 12);
        Assert.Equal(df, pooled.DegreesOfFreedom, 9);
        Assert.Equal(lower, pooled.Lower, 7);
        Assert.Equal(upper, pooled.Upper, 7);
        Assert.Equal(p, pooled.PValue, 7);
        Assert.Equal(missing, pooled.FractionMissing, 9);
    }

    [Fact]
    public void Imputations_that_agree_leave_the_complete_data_answer()
    {
        var pooled = RubinPooling.Pool([2, 2, 2], [0.5, 0.5, 0.5], double.PositiveInfinity);
        Assert.Equal(0.5, pooled.StandardError, 12);
        Assert.Equal(2 - 1.959964 * 0.5, pooled.Lower, 5);
    }

    [Theory]
    [InlineData(0.5, 0.05)]
    [InlineData(1e-320, 0.05)]
    [InlineData(30, 1e-320)]
    public void Degrees_of_freedom_or_an_alpha_that_leave_no_interval_are_told(double completeDf, double alpha)
    {
        var told = Assert.Throws<UserInputException>(() => RubinPooling.Pool([1, 1.4, 0.7], [0.5, 0.4, 0.5], completeDf, alpha));
        Assert.Contains("too few for an interval", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_imputation_or_a_bad_standard_error_is_refused()
    {
        Assert.Throws<UserInputException>(() => RubinPooling.Pool([1], [1], 10));
        Assert.Throws<UserInputException>(() => RubinPooling.Pool([1, 2], [1, 0], 10));
    }
}
