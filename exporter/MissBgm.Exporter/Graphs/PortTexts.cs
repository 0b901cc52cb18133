namespace MissBgm.Exporter.Graphs;

/// <summary>Texts for the inputs and outputs that several graphs have: what a port means is said alike wherever it stands.</summary>
internal static class PortTexts
{
    public const string Rows = "N";

    public const string Draws = "S";

    public const string Latent = "Latent variables z, [N, d]; standard normal a priori.";

    public const string Member = "Which member of the mixture each row is under, counted from 0, [N]; whole numbers.";

    public const string Completed = "Completed rows x, [N, p], in standardised units: observed values and current values of the missing cells.";

    public const string Mean = "Mean of x given z, [N, p], in standardised units (MissBGM Eq. 2).";

    public const string Variance = "Variance of x given z, [N, p], in squared standardised units, positive (MissBGM Eq. 2).";

    public const string Factor =
        "Low-rank factor F of the covariance of x given z, [N, p, r], in standardised units: the covariance is diag(variance) + F "
        + "F' (MissBGM Eq. 2).";

    public const string Observed = "1 where a cell is observed, 0 where it is missing, [N, p] (MissBGM's r).";

    public const string Beta = "Temperature of the mask term (MissBGM Eq. 8); a scalar.";

    public const string MixedRows =
        "Completed rows x, [N, p]: continuous columns in standardised units, then the discrete ones as the numbers of their levels from 0.";

    public const string MixedNoise =
        "Missing numbers as (x - mean) / s.d. given z, missing levels as the standard normal quantile of a uniform number, [N, p]; ignored on observed cells.";

    public const string MissingNoise = "Missing values as (x - mean) / s.d. given z, [N, p]; standard normal but for the mask term; ignored on observed cells.";

    public const string ObservedValues = "Observed values in standardised units, [N, p]; ignored, but finite, on missing cells.";

    public const string CollapsedDensity = "log p(x_obs, r, z) up to a constant, [N]: missing values integrated out.";
}
