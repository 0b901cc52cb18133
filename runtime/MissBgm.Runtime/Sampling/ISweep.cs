using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Sampling;

/// <summary>A sampler of the missing values of a batch of rows: one sweep after another moves every chain once.</summary>
internal interface ISweep : IDisposable
{
    /// <summary>The completed rows where the chains stand, row-major [N, p].</summary>
    float[] Completed { get; }

    /// <summary>The cells' moments given z after the last sweep; null for a sampler that does not have them in closed form.</summary>
    ConditionalMoments? Conditional => null;

    /// <summary>What the updates of the last sweep did, by the name of what they move.</summary>
    IReadOnlyList<(string Name, UpdateTally Tally)> Updates { get; }

    /// <summary>Energy of each chain where it stands, [N]; null where the sampler has no single energy.</summary>
    double[]? Energy => null;

    /// <summary>
    /// How well each table row has been explored, which holds for all of its cells; null for a sampler that is judged by its cells' draws.
    /// </summary>
    ConvergenceSummary[]? RowConvergence() => null;

    /// <summary>Runs the sweep of a given number.</summary>
    /// <param name="sweep">Keys the noise.</param>
    /// <param name="adapt">Whether the step sizes learn from it.</param>
    /// <exception cref="NumericalException">The log density where a chain stands is not finite.</exception>
    void Run(long sweep, bool adapt);

    /// <summary>Ends the adaptation of the step sizes, of samplers that adapt.</summary>
    void Freeze()
    {
    }
}
