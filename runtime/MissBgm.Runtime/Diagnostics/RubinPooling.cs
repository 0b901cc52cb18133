using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace MissBgm.Runtime.Diagnostics;

/// <summary>
/// An estimate pooled over multiply imputed tables by Rubin's rules (Rubin 1987), with Barnard and Rubin's (1999) degrees of freedom.
/// </summary>
public sealed record RubinPooling
{
    /// <summary>Number of imputations, m.</summary>
    public required int Imputations { get; init; }

    /// <summary>Mean of the estimates.</summary>
    public required double Estimate { get; init; }

    /// <summary>Square root of the total variance: within + (1 + 1/m) between.</summary>
    public required double StandardError { get; init; }

    /// <summary>Degrees of freedom of the t distribution of (estimate - truth) / standard error.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>Lower end of the confidence interval.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper end of the confidence interval.</summary>
    public required double Upper { get; init; }

    /// <summary>Two-sided p-value of the hypothesis that the estimand is 0.</summary>
    public required double PValue { get; init; }

    /// <summary>Mean of the squared standard errors.</summary>
    public required double Within { get; init; }

    /// <summary>Variance of the estimates between imputations.</summary>
    public required double Between { get; init; }

    /// <summary>Fraction of information that is missing, with the small-sample term.</summary>
    public required double FractionMissing { get; init; }

    /// <summary>Pools one estimand.</summary>
    /// <param name="estimates">Estimate from each completed table, [m].</param>
    /// <param name="standardErrors">Its standard error, [m].</param>
    /// <param name="completeDegreesOfFreedom">
    /// Degrees of freedom had nothing been missing: rows less the parameters that the analysis estimates. Infinite for large samples only:
    /// at 50 rows and half the information missing it costs a point of coverage.
    /// </param>
    /// <param name="alpha">The interval covers 1 - alpha.</param>
    /// <exception cref="UserInputException">Fewer than two imputations, or standard errors that are not positive.</exception>
    public static RubinPooling Pool(IReadOnlyList<double> estimates, IReadOnlyList<double> standardErrors, double completeDegreesOfFreedom, double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(estimates);
        ArgumentNullException.ThrowIfNull(standardErrors);
        var m = estimates.Count;
        if (m < 2 || standardErrors.Count != m)
        {
            throw new UserInputException(
                $"{m} estimates and {standardErrors.Count} standard errors cannot be pooled; give at least two of each.");
        }
        if (standardErrors.Any(e => !(e > 0 && double.IsFinite(e))))
        {
            throw new UserInputException(
                "A standard error is not a positive number; give the standard error of each estimate.");
        }
        var mean = estimates.Average();
        var within = standardErrors.Average(e => e * e);
        var between = estimates.Sum(e => (e - mean) * (e - mean)) / (m - 1);
        var total = within + (1 + 1.0 / m) * between;
        var df = BarnardRubin(m, (1 + 1.0 / m) * between / total, completeDegreesOfFreedom);
        var error = Math.Sqrt(total);
        var reach = Quantile(df, alpha) * error;
        var increase = (1 + 1.0 / m) * between / within;
        return new RubinPooling
        {
            Imputations = m,
            Estimate = mean,
            StandardError = error,
            DegreesOfFreedom = df,
            Lower = mean - reach,
            Upper = mean + reach,
            PValue = 2 * StudentT.CDF(0, 1, Math.Min(df, 1e9), -Math.Abs(mean) / error),
            Within = within,
            Between = between,
            FractionMissing = (increase + 2 / (df + 3)) / (1 + increase),
        };
    }

    // The library searches for it within bounds that it leaves where there is hardly a degree of freedom.
    private static double Quantile(double df, double alpha)
    {
        try
        {
            // An alpha that 1 swallows would need an interval of all numbers.
            var probability = 1 - alpha / 2;
            if (probability < 1 && StudentT.InvCDF(0, 1, Math.Min(df, 1e9), probability) is var quantile && double.IsFinite(quantile)) return quantile;
        }
        catch (Exception e) when (e is NonConvergenceException or ArgumentException)
        {
            // Told below.
        }

        throw new UserInputException(
            $"{df:G3} degrees of freedom are too few for an interval of 1 - {alpha:G3}; give those that the complete table had (rows less "
            + "estimated parameters), more imputations, or a larger alpha.");
    }

    // Harmonic combination of the large-sample degrees of freedom (m - 1) / lambda^2 and those the observed data have.
    private static double BarnardRubin(int m, double lambda, double complete)
    {
        var large = lambda > 0 ? (m - 1) / (lambda * lambda) : double.PositiveInfinity;
        if (double.IsInfinity(complete)) return large;
        var observed = (complete + 1) / (complete + 3) * complete * (1 - lambda);
        return 1 / (1 / large + 1 / observed);
    }
}
