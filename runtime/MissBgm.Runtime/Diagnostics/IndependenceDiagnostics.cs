namespace MissBgm.Runtime.Diagnostics;

/// <summary>
/// How well independence Metropolis has explored each row's z, which is all that its chains move: missing cells are drawn exactly given z.
/// R-hat is the worst of z's coordinates, in those units where the proposals are standard normal; the effective sample size follows from
/// the proposals' weights w = target / proposal: a state of weight w is held with probability h(w) = 1 - E min(1, w' / w), and draws are
/// worth (1 - h) / (1 + h) independent ones (Liu 1996, "Metropolized independent sampling").
/// </summary>
/// <param name="rows">Table rows.</param>
/// <param name="chains">Chains of each.</param>
/// <param name="dimension">d.</param>
/// <param name="draws">Draws of each chain.</param>
internal sealed class IndependenceDiagnostics(int rows, int chains, int dimension, int draws)
{
    private readonly float[] _whitened = new float[(long)rows * dimension * chains * draws];
    private readonly double[] _logWeights = new double[(long)rows * chains * draws];

    /// <summary>Keeps a draw of all chains.</summary>
    /// <param name="draw">Its number.</param>
    /// <param name="whitened">The noise that proposed the z where the chains stand, [chains, rows, d].</param>
    /// <param name="logWeights">Log weights of what was proposed to them, [chains, rows].</param>
    internal void Keep(int draw, ReadOnlySpan<double> whitened, ReadOnlySpan<double> logWeights)
    {
        for (var chain = 0; chain < chains; chain++)
        {
            for (var row = 0; row < rows; row++)
            {
                var from = chain * rows + row;
                _logWeights[(row * chains + chain) * draws + draw] = logWeights[from];
                for (var k = 0; k < dimension; k++) _whitened[((row * dimension + k) * chains + chain) * draws + draw] = (float)whitened[from * dimension + k];
            }
        }
    }

    /// <summary>Each row's diagnostics.</summary>
    internal ConvergenceSummary[] Summarise()
    {
        var (summaries, convergence, length) = (new ConvergenceSummary[rows], new Convergence(chains, draws), chains * draws);
        for (var row = 0; row < rows; row++)
        {
            var worst = double.NegativeInfinity;
            for (var k = 0; k < dimension; k++) worst = Math.Max(worst, convergence.RHat(_whitened.AsSpan((row * dimension + k) * length, length)));
            var size = draws < 4 ? double.NaN : EffectiveSampleSize(_logWeights.AsSpan(row * length, length));
            summaries[row] = new ConvergenceSummary(worst, size, size);
        }

        return summaries;
    }

    /// <summary>
    /// What draws of an independence sampler are worth, from the log weights of its proposals, which are sorted in place.
    /// </summary>
    internal static double EffectiveSampleSize(Span<double> logWeights)
    {
        logWeights.Sort();
        var largest = logWeights[^1];
        var (below, sum, time) = (0.0, 0.0, 0.0);
        for (var i = 0; i < logWeights.Length; i++)
        {
            var weight = Math.Exp(logWeights[i] - largest);
            if (weight == 0) continue;
            below += weight;
            var moved = (below / weight + (logWeights.Length - 1 - i)) / logWeights.Length;
            sum += weight;
            time += weight * (2 - moved) / moved;
        }

        return logWeights.Length * sum / time;
    }
}
