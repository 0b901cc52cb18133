using MissBgm.Bench.Data;

namespace MissBgm.Bench.Imputers;

/// <summary>A method under comparison.</summary>
public interface IImputer
{
    /// <summary>Its name in the results.</summary>
    string Name { get; }

    /// <summary>Its name in the reports.</summary>
    string Label { get; }

    /// <summary>How many seeds are worth running; 1 for a method that draws nothing.</summary>
    int Seeds { get; }

    /// <summary>Completes a table.</summary>
    Imputation Impute(BenchDataset dataset, int seed);
}

/// <summary>A completed table.</summary>
/// <param name="Point">Point estimates, row-major [n, p].</param>
/// <param name="Seconds">Processor time it took: on a busy machine a fairer measure than the clock's.</param>
/// <param name="Spread">Posterior spread of the hidden cells; null for a method that gives none.</param>
public sealed record Imputation(double[] Point, double Seconds, PosteriorSpread? Spread = null);

/// <summary>What a method says of its own uncertainty, row-major [n, p]; only hidden cells count.</summary>
/// <param name="Sd">Standard deviations.</param>
/// <param name="Lower">Lower ends of the 95 % intervals.</param>
/// <param name="Upper">Upper ends of the 95 % intervals.</param>
public sealed record PosteriorSpread(double[] Sd, double[] Lower, double[] Upper);
