using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>Row tokens from values and masks (PFN-Flow Appendix B: embeddings of both, added).</summary>
/// <param name="weights">The network.</param>
/// <param name="features">A tensor of shape [.., F].</param>
/// <param name="scaling">How values are standardised.</param>
internal sealed class RowEmbedding(PfnWeights weights, Tensor features, Standardisation scaling)
{
    private readonly Tensor _values = Prefix.Of(weights.Place(features.Graph, "values.kernel"), 0, features, 1);
    private readonly Tensor _missing = Prefix.Of(weights.Place(features.Graph, "missing.kernel"), 0, features, 1);
    private readonly Tensor _spread = (weights.Sizes.Features / features.Length(1)).Sqrt();

    /// <summary>The tokens of rows, [N, D].</summary>
    public Tensor Apply(Tensor values, Tensor observed) =>
        (scaling.Shown(values, observed) * _spread).MatMul(_values) + (1 - observed).MatMul(_missing);
}
