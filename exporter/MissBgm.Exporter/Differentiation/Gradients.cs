using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Differentiation;

/// <summary>
/// Reverse-mode differentiation of a graph (Griewank and Walther, "Evaluating Derivatives", SIAM 2008): the derivative is more graph, which shares
/// what it can with the function itself and can be differentiated again.
/// </summary>
public static class Gradients
{
    /// <summary>
    /// The derivative of the sum of all elements of <paramref name="output"/>: for a density [N] of independent rows, each row's own
    /// gradient.
    /// </summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="variable">By which tensor; the result has its shape.</param>
    /// <exception cref="GraphException">An operator in between has no derivative rule; the message names it and its node.</exception>
    public static Tensor Gradient(this Tensor output, Tensor variable)
    {
        ArgumentNullException.ThrowIfNull(output);
        return VectorJacobianProduct(output, output.Graph.Constant(1), variable);
    }

    /// <summary>The derivative of the sum of <paramref name="weights"/> * <paramref name="output"/>.</summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="weights">Broadcasts to the output's shape.</param>
    /// <param name="variable">By which tensor; the result has its shape.</param>
    /// <exception cref="GraphException">An operator in between has no derivative rule; the message names it and its node.</exception>
    public static Tensor VectorJacobianProduct(this Tensor output, Tensor weights, Tensor variable)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(variable);
        var path = Path(output, variable);
        var adjoints = new Dictionary<Tensor, Tensor> { [output] = weights };
        foreach (var node in path)
        {
            if (node == variable || !adjoints.TryGetValue(node, out var adjoint)) continue;
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                var input = node.Inputs[i];
                if (!path.Contains(input) || node.Operator!.Backward(node, adjoint, i) is not { } flow) continue;
                adjoints[input] = adjoints.TryGetValue(input, out var sum) ? Accumulate(sum, flow) : flow;
            }
        }

        var total = adjoints.GetValueOrDefault(variable) ?? output.Graph.Constant(0);
        return total.ExpandAs(variable);
    }

    // The real-valued nodes between the variable and the output, last first.
    private static SortedSet<Tensor> Path(Tensor output, Tensor variable)
    {
        var depends = new Dictionary<Tensor, bool> { [variable] = true };
        var order = new SortedSet<Tensor>(Comparer<Tensor>.Create((a, b) => b.Id.CompareTo(a.Id)));
        foreach (var node in Reachable.From([output]))
        {
            depends[node] = node == variable || (node.Type == ElementType.Real && node.Inputs.Any(input => depends.GetValueOrDefault(input)));
            if (depends[node]) order.Add(node);
        }

        return order;
    }

    // A product that nothing else uses takes the other adjoint as its addend: one node less.
    private static Tensor Accumulate(Tensor sum, Tensor flow) => flow.Operator is Gemm gemm && flow.Inputs.Count == 2 && sum.Shape.Equals(flow.Shape)
        ? flow.Inputs[0].Gemm(flow.Inputs[1], sum, gemm.TransposeA, gemm.TransposeB)
        : sum + flow;
}
