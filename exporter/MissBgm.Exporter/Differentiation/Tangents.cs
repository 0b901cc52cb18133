using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Differentiation;

/// <summary>
/// Forward-mode derivatives out of reverse-mode rules: the vector-Jacobian product is linear in its weights u, so its own gradient by u, along v, is
/// the Jacobian-vector product. No operator needs a second rule.
/// </summary>
public static class Tangents
{
    /// <summary>The directional derivative of <paramref name="output"/> along <paramref name="direction"/>.</summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="variable">By which tensor.</param>
    /// <param name="direction">Broadcasts to the variable's shape.</param>
    public static Tensor JacobianVectorProduct(this Tensor output, Tensor variable, Tensor direction)
    {
        ArgumentNullException.ThrowIfNull(output);
        var weights = output.Graph.Placeholder(output);
        return output.VectorJacobianProduct(weights, variable).VectorJacobianProduct(direction, weights);
    }
}
