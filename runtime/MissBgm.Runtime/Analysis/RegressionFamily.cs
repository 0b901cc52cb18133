namespace MissBgm.Runtime.Analysis;

/// <summary>The law of the response given its mean, with its canonical link (McCullagh and Nelder 1989).</summary>
public enum RegressionFamily
{
    /// <summary>Normal, identity link: linear regression.</summary>
    Gaussian,

    /// <summary>Binomial, logit link: logistic regression.</summary>
    Binomial,

    /// <summary>Poisson, logarithmic link: regression of counts.</summary>
    Poisson,
}

/// <summary>Links, variances and deviances, guarded as in R's <c>binomial</c> and <c>poisson</c> where fitted means reach the ends of their range.</summary>
internal static class RegressionFamilyLaws
{
    private const double Epsilon = 2.220446049250313e-16;
    private const double Limit = 30;

    /// <summary>The mean, given the linear predictor.</summary>
    internal static double Mean(this RegressionFamily family, double predictor)
    {
        if (family == RegressionFamily.Poisson) return Math.Max(Math.Exp(predictor), Epsilon);
        var odds = predictor < -Limit ? Epsilon : predictor > Limit ? 1 / Epsilon : Math.Exp(predictor);
        return odds / (1 + odds);
    }

    /// <summary>The linear predictor of a mean.</summary>
    internal static double Link(this RegressionFamily family, double mean) => family == RegressionFamily.Poisson ? Math.Log(mean) : Math.Log(mean / (1 - mean));

    /// <summary>Change of the mean with the linear predictor.</summary>
    internal static double Slope(this RegressionFamily family, double predictor)
    {
        if (family == RegressionFamily.Poisson) return Math.Max(Math.Exp(predictor), Epsilon);
        if (Math.Abs(predictor) > Limit) return Epsilon;
        var half = 1 + Math.Exp(predictor);
        return Math.Exp(predictor) / (half * half);
    }

    /// <summary>Variance of a response of weight 1, given its mean.</summary>
    internal static double Variance(this RegressionFamily family, double mean) => family == RegressionFamily.Poisson ? mean : mean * (1 - mean);

    /// <summary>Where the iterations start.</summary>
    internal static double Start(this RegressionFamily family, double response, double weight) =>
        family == RegressionFamily.Poisson ? response + 0.1 : (weight * response + 0.5) / (weight + 1);

    /// <summary>A response's part of the deviance.</summary>
    internal static double Deviance(this RegressionFamily family, double response, double mean, double weight) =>
        2 * weight * (LogRatio(response, mean)
            + (family == RegressionFamily.Poisson ? mean - response : LogRatio(1 - response, 1 - mean)));

    private static double LogRatio(double value, double mean) => value == 0 ? 0 : value * Math.Log(value / mean);
}
