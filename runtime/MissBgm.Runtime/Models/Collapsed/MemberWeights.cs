using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// How probable each member of a mixture is for each row. A fit has its weight whatever the row; within it a component is as probable as the row is likely
/// under it, its share included: p(k | x_obs, r), the integral over z by Laplace's method at the component's mode.
/// </summary>
internal sealed class MemberWeights
{
    private readonly double[] _cumulative;

    private MemberWeights(int rows, int members) => (Members, _cumulative) = (members, new double[rows * members]);

    /// <summary>M.</summary>
    internal int Members { get; }

    /// <summary>Weighs the members.</summary>
    /// <param name="modes">Modes of every row under every member, member after member.</param>
    /// <param name="fits">The fits the members belong to.</param>
    /// <param name="rows">Number of rows.</param>
    internal static MemberWeights Of(LatentModes modes, IReadOnlyList<GeneratorFit> fits, int rows)
    {
        var members = fits.Sum(fit => fit.Components);
        var weights = new MemberWeights(rows, members);
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

    /// <summary>The member that a uniform number picks for a row.</summary>
    internal int Pick(int row, double uniform)
    {
        var found = Array.BinarySearch(_cumulative, row * Members, Members, uniform);
        return Math.Min((found >= 0 ? found + 1 : ~found) - row * Members, Members - 1);
    }
}
