using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>The columns' self slopes, P(observed) = Phi(alpha x + a): estimates, and draws from their posterior.</summary>
internal sealed class SelfSlopes
{
    private const double ActingProbability = 0.5;
    private const double Largest = 3.0;
    private readonly MaskContest _contest;
    private readonly bool _forced;

    /// <summary>The slopes that a contest leaves.</summary>
    /// <param name="contest">The contest.</param>
    /// <param name="columns">p.</param>
    /// <param name="forced">Whether every column is to follow its own value, whatever the contest says.</param>
    public SelfSlopes(MaskContest contest, int columns, bool forced)
    {
        (_contest, _forced, Estimates) = (contest, forced, new double[columns]);
        foreach (var verdict in contest.Columns)
        {
            if (forced || verdict.Probability > ActingProbability) Estimates[verdict.Contest.Column] = verdict.Slope;
        }
    }

    /// <summary>Posterior means, [p]; 0 where a column's mask is taken as ignorable.</summary>
    public double[] Estimates { get; }

    /// <summary>A draw, [p]: a law of the slopes, which columns are self-masked under it, and their slopes.</summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="draw">Number of the draw.</param>
    public double[] Draw(Philox random, int draw)
    {
        var slopes = new double[Estimates.Length];
        if (_contest.Columns.Count == 0) return slopes;
        var (normals, uniforms) = (new float[slopes.Length], new float[slopes.Length + 1]);
        random.Normals(normals, RandomPurpose.Bootstrap, 0, 1, draw / 2);
        random.Uniforms(uniforms, RandomPurpose.Bootstrap, 0, 2, draw / 2);
        // Antithetic pairs, as the rows' weights are.
        var sign = draw % 2 == 0 ? 1.0 : -1.0;
        var hypothesis = _contest.Pick(uniforms[^1]);
        for (var i = 0; i < _contest.Columns.Count; i++)
        {
            var fit = _contest.Columns[i].Contest;
            if (!_forced && uniforms[fit.Column] > _contest.OwnProbability(i, hypothesis)) continue;
            var (mean, deviation) = hypothesis.Prior;
            var spread = 1.0 / Math.Sqrt(1.0 / (fit.Own.StandardError * fit.Own.StandardError) + 1.0 / (deviation * deviation));
            slopes[fit.Column] = Math.Clamp(fit.Own.Shrunk(mean, deviation) + sign * spread * normals[fit.Column], -Largest, Largest);
        }

        return slopes;
    }
}
