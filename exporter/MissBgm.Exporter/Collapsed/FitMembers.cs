using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// Which member of a mixture each draw is under: its fit is one in all rows, by the fits' weights; the component within the fit is each
/// row's own, by how likely the row is under it (Laplace's method). The runtime's choice, from the same uniform numbers.
/// </summary>
internal sealed class FitMembers
{
    private readonly IReadOnlyList<GeneratorFit> _fits;
    private readonly int[] _first;

    /// <param name="fits">The fits, in the order of the members.</param>
    public FitMembers(IReadOnlyList<GeneratorFit> fits)
    {
        _fits = fits;
        _first = [.. fits.Select((_, f) => fits.Take(f).Sum(fit => fit.Components))];
    }

    /// <summary>M.</summary>
    public int Count => _fits.Sum(fit => fit.Components);

    /// <summary>Whether a component has to be chosen within a fit.</summary>
    public bool HasComponents => Widest > 1;

    /// <summary>Whether there are several fits.</summary>
    public bool HasFits => _fits.Count > 1;

    private int Widest => _fits.Max(fit => fit.Components);

    /// <summary>The fit that a uniform number falls to, [S].</summary>
    public Tensor Fit(Tensor uniform)
    {
        var total = _fits.Sum(fit => fit.Weight);
        var upTo = new double[_fits.Count];
        for (var f = 0; f < upTo.Length; f++) upTo[f] = (f == 0 ? 0 : upTo[f - 1]) + _fits[f].Weight / total;
        return uniform.Unsqueeze(1).CountReached([upTo[..^1]]).Squeeze(1);
    }

    /// <summary>The fits' components with each row's log weights.</summary>
    /// <param name="evidence">Each row's log evidence of every member, [N, M].</param>
    public RowComponents Of(Tensor evidence)
    {
        var graph = evidence.Graph;
        var places = _fits.SelectMany((fit, f) => Enumerable.Range(0, Widest).Select(k => (long)(_first[f] + Math.Min(k, fit.Components - 1)))).ToArray();
        var room = _fits.SelectMany(fit => Enumerable.Range(0, Widest).Select(k => k < fit.Components ? 0 : double.NegativeInfinity)).ToArray();
        var own = evidence.Gather(graph.Constant(TensorData.Integers(places, _fits.Count, Widest), null), 1) + graph.Doubles(room, [_fits.Count, Widest]);
        var largest = -(-own).Smallest(2, keepAxis: true);
        var shares = (own - largest).Exp();
        return new RowComponents(own.PositionOfLargest(2), shares / shares.Sum(2, keepAxis: true));
    }

    /// <summary>The number of a component among all members.</summary>
    public Tensor Member(Tensor fit, Tensor component) => First(fit) + component;

    /// <summary>The first member of a fit.</summary>
    public Tensor First(Tensor fit) => fit.Graph.Integers([.. _first.Select(first => (long)first)]).Gather(fit, 0);

    /// <summary>The component that a uniform number picks by shares, [R].</summary>
    /// <param name="shares">[R, K].</param>
    /// <param name="uniform">[R, 1].</param>
    /// <param name="fit">[R].</param>
    public Tensor Pick(Tensor shares, Tensor uniform, Tensor fit)
    {
        var components = shares.Shape[1].Size!.Value;
        Tensor? upTo = null, count = null;
        for (var k = 0L; k < components - 1; k++)
        {
            var share = shares.Slice(1, k, k + 1);
            upTo = upTo is null ? share : upTo + share;
            var passed = upTo.Greater(uniform).Not().Cast(ElementType.Integer);
            count = count is null ? passed : count + passed;
        }

        // Shares sum to 1 but for rounding.
        return count!.Squeeze(1).Min(fit.Graph.Integers([.. _fits.Select(own => own.Components - 1L)]).Gather(fit, 0));
    }
}

/// <summary>Each row's components of every fit.</summary>
/// <param name="Likeliest">The most probable one, [N, F].</param>
/// <param name="Shares">Their probabilities, [N, F, K].</param>
internal sealed record RowComponents(Tensor Likeliest, Tensor Shares);
