using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Numerics;

public sealed class StandardNormalTests
{
    // 60-digit arithmetic (mpmath): x, log Phi(x), phi(x) / Phi(x).
    public static TheoryData<double, double, double> References => new()
    {
        { -1e6, -500000000014.7344490911, 1000000.000000999999999998 },
        { -40, -804.6084420137537881666, 40.02496884720726372324487 },
        { -10, -53.23128515051247057834, 10.09809323396251196284364 },
        { -1, -1.841021645009263505770, 1.525135276160981209089091 },
        { 0, -0.693147180559945309417, 0.7978845608028653558798921 },
        { 1, -0.172753779023449889526, 0.2875999709391783612286701 },
        { 5, -0.000000286651612963763, 0.000001486719940904905712441744 },
        { 37, -5.725571222524576822683193e-300, 2.120006551524605626852045e-298 },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void Both_tails_are_right_to_fourteen_digits(double x, double logCdf, double mills)
    {
        Assert.Equal(logCdf, StandardNormal.LogCdf(x), 1e-14 * Math.Abs(logCdf));
        Assert.Equal(mills, StandardNormal.InverseMills(x), 1e-13 * mills);
    }

    [Fact]
    public void The_inverse_mills_ratio_is_the_derivative_of_log_phi()
    {
        for (var x = -40.0; x <= 8.0; x += 0.37)
        {
            var step = 1e-5 * Math.Max(1.0, Math.Abs(x));
            var difference = (StandardNormal.LogCdf(x + step) - StandardNormal.LogCdf(x - step)) / (2.0 * step);
            Assert.Equal(StandardNormal.InverseMills(x), difference, 1e-8 * (1.0 + Math.Abs(x)));
        }
    }

    [Fact]
    public void The_quantile_of_a_log_probability_undoes_log_phi_from_minus_40_to_40()
    {
        for (var x = -40.0; x <= 37.5; x += 0.173)
        {
            Assert.Equal(x, StandardNormal.QuantileOfLog(StandardNormal.LogCdf(x)), 1e-13 * (1.0 + Math.Abs(x)));
        }
    }

    [Fact]
    public void Phi_and_its_quantile_agree_with_their_logarithms()
    {
        for (var x = -8.0; x <= 5.0; x += 0.21)
        {
            Assert.Equal(Math.Exp(StandardNormal.LogCdf(x)), StandardNormal.Cdf(x), 1e-14);
            Assert.Equal(x, StandardNormal.Quantile(StandardNormal.Cdf(x)), 1e-8);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void What_is_no_probability_has_no_quantile(double p) => Assert.ThrowsAny<ArgumentException>(() => StandardNormal.Quantile(p));
}
