using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// How probable each member of a mixture is for each row. A fit has its weight whatever the row; within it a component is as probable as
/// the row is likely under it, its share included: p(k | x_obs, r), the integral over z by Laplace's method at the component's mode. A draw
/// is of one fit in all rows, so that a completed table is a draw under one set of parameters; its component is each row's own.
/// </summary>
internal sealed class MemberWeights
{
    private readonly double[] _cumulative;
    private readonly (int First, int Components, double UpTo)[] _fits;

    private MemberWeights(int rows, IReadOnlyList<GeneratorFit> fits)
    {
        Members = fits.Sum(fit => fit.Components);
        _cumulative = new double[rows * Members];
        _fits = new (int, int, double)[fits.Count];
        var (first, total, upTo) = (0, fits.Sum(fit => fit.Weight), 0.0);
        foreach (var (fit, i) in fits.Select((fit, i) => (fit, i)))
        {
            upTo += fit.Weight / total;
            _fits[i] = (first, fit.Components, upTo);
            first += fit.Components;
        }
    }

    /// <summary>M.</summary>
    internal int Members { get; }

    /// <summary>Weighs the members.</summary>
    /// <param name="modes">Modes of every row under every member, member after member.</param>
    /// <param name="fits">The fits the members belong to.</param>
    /// <param name="rows">Number of rows.</param>
    internal static MemberWeights Of(LatentModes modes, IReadOnlyList<GeneratorFit> fits, int rows)
    {
        var weights = new MemberWeights(rows, fits);
        var members = weights.Members;
        for (var row = 0; row < rows; row++)
        {
            var (first, total) = (0, 0.0);
            foreach (var fit in fits)
            {
                var evidence = Enumerable.Range(first, fit.Components).Select(member => modes.LogEvidence(member * rows + row)).ToArray();
                var largest = evidence.Max();
                var sum = evidence.Sum(value => Math.Exp(value - largest));
                for (var k = 0; k < fit.Components; k++)
                {
                    total += fit.Weight * Math.Exp(evidence[k] - largest) / sum;
                    weights._cumulative[row * members + first + k] = total;
                }

                first += fit.Components;
            }

            for (var member = 0; member < members; member++) weights._cumulative[row * members + member] /= total;
        }

        return weights;
    }

    /// <summary>A member's probability for a row.</summary>
    internal double Of(int row, int member) =>
        _cumulative[row * Members + member] - (member == 0 ? 0 : _cumulative[row * Members + member - 1]);

    /// <summary>The fit that a share of the draws falls to: each has as many draws, one after another, as it has weight.</summary>
    internal int FitAt(double share)
    {
        var fit = Array.FindIndex(_fits, candidate => share < candidate.UpTo);
        return fit < 0 ? _fits.Length - 1 : fit;
    }

    /// <summary>The component of a fit that a uniform number picks for a row.</summary>
    internal int Pick(int row, int fit, double uniform)
    {
        var (first, components, _) = _fits[fit];
        var at = row * Members + first;
        var below = first == 0 ? 0.0 : _cumulative[at - 1];
        var found = Array.BinarySearch(_cumulative, at, components, below + uniform * (_cumulative[at + components - 1] - below));
        return Math.Min((found >= 0 ? found + 1 : ~found) - row * Members, first + components - 1);
    }

    /// <summary>The most probable component of a fit for a row.</summary>
    internal int Likeliest(int row, int fit)
    {
        var (first, components, _) = _fits[fit];
        return Enumerable.Range(first, components).MaxBy(member => Of(row, member));
    }
}
