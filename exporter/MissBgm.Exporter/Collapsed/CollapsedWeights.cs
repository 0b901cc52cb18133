using MissBgm.Runtime;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// A linear factor model with a Gaussian selection variable per cell: x_j | z ~ N(mean_j(z), scale_j^2), observed where
/// threshold_j(z) + correlation_j u + sqrt(1 - correlation_j^2) xi &gt; 0, u the cell's own standardised noise, xi independent of it.
/// Mean and threshold are affine in z.
/// </summary>
/// <param name="LatentDimension">d.</param>
/// <param name="Columns">p.</param>
/// <param name="Loadings">Of the mean, row-major [d, p].</param>
/// <param name="Intercept">Of the mean, [p].</param>
/// <param name="Scale">Noise standard deviations, [p].</param>
/// <param name="Correlation">rho, [p], in (-1, 1).</param>
/// <param name="ThresholdLoadings">Of the threshold, row-major [d, p].</param>
/// <param name="ThresholdIntercept">Of the threshold, [p].</param>
public sealed record CollapsedWeights(
    int LatentDimension, int Columns, double[] Loadings, double[] Intercept, double[] Scale, double[] Correlation,
    double[] ThresholdLoadings, double[] ThresholdIntercept)
{
    /// <summary>
    /// The law of a cell given z where it is missing, if that is another than where it is observed: of a discrete column what is drawn is
    /// its latent variable, and what is observed is a level's score. Null for the same law; only without correlations.
    /// </summary>
    public MissingLaw? Missing { get; init; }

    /// <summary>The same model with more latent dimensions, on which nothing loads.</summary>
    internal CollapsedWeights Padded(int dimension)
    {
        if (dimension == LatentDimension) return this;
        double[] Wider(double[] loadings) => [.. loadings, .. new double[(dimension - LatentDimension) * Columns]];
        return this with
        {
            LatentDimension = dimension,
            Loadings = Wider(Loadings),
            ThresholdLoadings = Wider(ThresholdLoadings),
            Missing = Missing is null ? null : Missing with { Loadings = Wider(Missing.Loadings) },
        };
    }

    /// <summary>The law of a missing cell given z.</summary>
    internal MissingLaw MissingOrOwn => Missing ?? new MissingLaw(Loadings, Intercept, Scale);

    /// <summary>Checks that every parameter is a finite number and of its size.</summary>
    /// <exception cref="NumericalException">One is not; the message names parameter and entry.</exception>
    public void RequireFinite()
    {
        foreach (var (name, values, size) in new[]
        {
            ("loadings", Loadings, LatentDimension * Columns), ("intercept", Intercept, Columns), ("scale", Scale, Columns),
            ("correlation", Correlation, Columns),
            ("threshold loadings", ThresholdLoadings, LatentDimension * Columns), ("threshold intercept", ThresholdIntercept, Columns),
            ("loadings of missing cells", MissingOrOwn.Loadings, LatentDimension * Columns),
            ("intercept of missing cells", MissingOrOwn.Intercept, Columns), ("scale of missing cells", MissingOrOwn.Scale, Columns),
        })
        {
            var bad = Array.FindIndex(values, value => !double.IsFinite(value));
            if (bad >= 0)
            {
                throw new NumericalException(
                    $"The collapsed model's {name} are not finite: entry {bad} is {values[bad]}. The fit has diverged; lower its "
                    + "learning rate and fit again.");
            }
            if (values.Length != size) throw new ArgumentException($"{name}: {values.Length} entries where {size} are needed");
        }
    }
}

/// <summary>x_j | z ~ N(mean_j(z), scale_j^2) of a missing cell, its mean affine in z.</summary>
/// <param name="Loadings">Of the mean, row-major [d, p].</param>
/// <param name="Intercept">Of the mean, [p].</param>
/// <param name="Scale">Noise standard deviations, [p].</param>
public sealed record MissingLaw(double[] Loadings, double[] Intercept, double[] Scale);
