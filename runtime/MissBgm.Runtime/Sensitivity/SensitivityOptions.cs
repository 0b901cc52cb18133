using MissBgm.Runtime.Models;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>What a sensitivity analysis moves.</summary>
public enum SensitivityParameter
{
    /// <summary>
    /// The correlation rho between a cell's noise and its being observed, moved from the fitted one: at -1 and 1 the mask is a threshold on
    /// the value, at 0 it says nothing. Positive: larger values are observed more often, so that missing ones are smaller.
    /// </summary>
    Rho,

    /// <summary>
    /// A number of standard deviations of the column's observed values that is added to every imputed value (delta adjustment; Rubin 1977).
    /// </summary>
    Delta,
}

/// <summary>What to analyse, and how.</summary>
public sealed record SensitivityOptions
{
    /// <summary>What is moved; null for rho where the mechanism has one that was fitted (self, selection), delta elsewhere.</summary>
    public SensitivityParameter? Parameter { get; init; }

    /// <summary>The columns whose parameter is moved, all by the same; null for every column of numbers with missing cells.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>How far the parameter is moved from the fitted value; 0 is always among them.</summary>
    public IReadOnlyList<double> Values { get; init; } = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

    /// <summary>A statistic to follow; null for none.</summary>
    public Statistic? Statistic { get; init; }

    /// <summary>What is concluded of it; null for nothing.</summary>
    public Conclusion? Conclusion { get; init; }

    /// <summary>Whether the statistic's whole interval must be on the conclusion's side.</summary>
    public bool WholeInterval { get; init; }

    /// <summary>Completed tables that estimates are pooled over (Rubin's rules), at least 2.</summary>
    public int Imputations { get; init; } = 20;

    /// <summary>Sampler, seed and threads.</summary>
    public ImputeOptions Impute { get; init; } = new();
}
