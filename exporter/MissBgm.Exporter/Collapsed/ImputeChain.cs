using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>A mode for each of R draws.</summary>
/// <param name="Member">The member it is under, [R]; null if there is only one.</param>
/// <param name="Z">[R, d].</param>
/// <param name="LogDensity">[R], in double precision.</param>
/// <param name="Factor">[R, d, d], in double precision.</param>
internal sealed record RowMode(Tensor? Member, Tensor Z, Tensor LogDensity, Tensor Factor);

/// <summary>Where the chains stand.</summary>
/// <param name="Member">The member, [R]; null if there is only one.</param>
/// <param name="Z">[R, d].</param>
/// <param name="LogWeight">Target over proposal, [R], in double precision.</param>
internal sealed record ChainPlace(Tensor? Member, Tensor Z, Tensor LogWeight);

/// <summary>Independence Metropolis on z from its modes, the Laplace approximation being the proposal, unrolled into a graph.</summary>
internal sealed class ImputeChain(Graph graph, CollapsedMixture mixture, Tensor x, Tensor observed)
{
    private readonly List<Tensor> _acceptance = [];

    /// <summary>At the modes, where the weight is 1.</summary>
    public static ChainPlace Start(RowMode mode) => new(mode.Member, mode.Z, mode.LogDensity * 0);

    /// <summary>A step.</summary>
    /// <param name="from">Where the chains stand.</param>
    /// <param name="mode">The mode around which is proposed.</param>
    /// <param name="normals">Standard normal numbers, [R, d].</param>
    /// <param name="uniform">Decides, [R]; null where every proposal is an exact draw.</param>
    public ChainPlace Step(ChainPlace from, RowMode mode, Tensor normals, Tensor? uniform)
    {
        var noise = normals.Cast(ElementType.Double);
        var proposal = (mode.Z.Cast(ElementType.Double) + CholeskyColumns.From(mode.Factor).SolveTransposed(noise)).Cast(ElementType.Real);
        if (uniform is null)
        {
            _acceptance.Add(from.LogWeight.Cast(ElementType.Real) * 0 + 1);
            return new ChainPlace(mode.Member, proposal, from.LogWeight);
        }

        var cells = new CollapsedCells(graph, mixture, mode.Member);
        var (u, h) = cells.Arguments(proposal, x, observed);
        var density = cells.LogDensity(proposal, u, h, observed).Cast(ElementType.Double);
        var raw = density - mode.LogDensity + 0.5 * noise.Square().Sum(1);
        var weight = raw.IsNaN().Where(graph.Scalar(ElementType.Double, -1e300), raw);
        var acceptance = (weight - from.LogWeight).Exp().Min(1);
        var accepted = uniform.Less(acceptance);
        _acceptance.Add(acceptance.Cast(ElementType.Real));
        return new ChainPlace(
            mode.Member is null ? null : accepted.Where(mode.Member, from.Member!),
            accepted.Unsqueeze(1).Where(proposal, from.Z),
            accepted.Where(weight, from.LogWeight));
    }

    /// <summary>Mean probability of acceptance so far, [R].</summary>
    public Tensor Acceptance() => _acceptance.Aggregate((sum, next) => sum + next) / _acceptance.Count;
}
