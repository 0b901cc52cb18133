using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// The Metropolis-within-Gibbs update of missing levels given z, for N rows at once: a pure step from (state, noise) to (state, info).
/// Column after column a level is proposed from p(x_j | z) and accepted by the mask term alone (MissBGM Eqs. 7 and 8), so that every
/// proposal is accepted where beta is 0.
/// </summary>
internal sealed class DiscreteKernel : IDisposable
{
    private readonly GraphCall _call;
    private readonly float[] _x;
    private readonly float[] _logProbabilities;
    private readonly float[] _proposal;
    private readonly float[] _acceptance;
    private readonly float[] _next;

    /// <summary>Binds the graph.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    internal DiscreteKernel(Model model, float[] observed, double beta)
    {
        var (rows, columns) = (observed.Length / model.Columns, model.Discrete.Count);
        (_x, _next) = (new float[observed.Length], new float[observed.Length]);
        _logProbabilities = new float[rows * model.Levels];
        (_proposal, _acceptance) = (new float[rows * columns], new float[rows * columns]);
        var missing = Enumerable.Range(0, rows * columns).Count(i => observed[i / columns * model.Columns + model.Continuous + i % columns] == 0);
        Info = new DiscreteInfo(rows, columns, missing);
        _call = model.Sessions.Bind(
            GraphFiles.DiscreteUpdate,
            new("x", _x, rows, model.Columns),
            new("log_probabilities", _logProbabilities, rows, model.Levels),
            new("observed", observed, rows, model.Columns),
            new("beta", [(float)beta]),
            new("proposal_uniform", _proposal, rows, columns),
            new("acceptance_uniform", _acceptance, rows, columns),
            new("next_x", _next, rows, model.Columns),
            new("accepted", Info.Accepted, rows, columns));
    }

    /// <summary>What the last step did; overwritten by the next.</summary>
    internal DiscreteInfo Info { get; }

    /// <summary>One update of every missing level.</summary>
    /// <param name="x">Completed rows, row-major [N, p]; the discrete columns are left where the chains stand next.</param>
    /// <param name="logProbabilities">log p(level | z), row-major [N, L].</param>
    /// <param name="proposal">Uniform noise of the proposals, row-major [N, discrete columns].</param>
    /// <param name="acceptance">Uniform noise of the decisions, row-major [N, discrete columns].</param>
    internal DiscreteInfo Step(float[] x, float[] logProbabilities, float[] proposal, float[] acceptance)
    {
        x.CopyTo(_x, 0);
        logProbabilities.CopyTo(_logProbabilities, 0);
        proposal.CopyTo(_proposal, 0);
        acceptance.CopyTo(_acceptance, 0);
        _call.Run();
        _next.CopyTo(x, 0);
        return Info;
    }

    public void Dispose() => _call.Dispose();
}

/// <summary>What one update of missing levels did.</summary>
/// <param name="rows">N.</param>
/// <param name="columns">Number of discrete columns.</param>
/// <param name="missing">Missing cells among them.</param>
internal sealed class DiscreteInfo(int rows, int columns, int missing)
{
    /// <summary>1 where a missing cell's proposal was accepted, row-major [N, discrete columns].</summary>
    internal float[] Accepted { get; } = new float[rows * columns];

    /// <summary>Number of proposals.</summary>
    internal int Missing => missing;

    /// <summary>The update, counted.</summary>
    internal UpdateTally Tally => new(missing, Accepted.Sum(), 0);
}
