using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime;

namespace MissBgm.Exporter.Pfn;

/// <summary>The sizes of a PFN-Flow network.</summary>
/// <param name="Features">Features the network has room for.</param>
/// <param name="Classes">Classes the network has room for.</param>
/// <param name="Width">Width of a row token, D.</param>
/// <param name="Layers">Layers of the backbone.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="FlowLayers">Layers of the flow head.</param>
public sealed record PfnSizes(int Features, int Classes, int Width, int Layers, int Heads, int FlowLayers);

/// <summary>A pretrained PFN-Flow network: named arrays, row-major, kernels as [inputs, outputs].</summary>
public sealed class PfnWeights
{
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _arrays = new(StringComparer.Ordinal);

    /// <summary>Collects the arrays.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="arrays">Name, shape and elements of each.</param>
    /// <exception cref="NumericalException">A weight is not finite; the message names the array.</exception>
    public PfnWeights(PfnSizes sizes, IEnumerable<(string Name, long[] Shape, float[] Values)> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        Sizes = sizes;
        foreach (var (name, shape, values) in arrays)
        {
            if (!Array.TrueForAll(values, float.IsFinite))
            {
                throw new NumericalException(
                    $"the weights '{name}' hold a value that is not finite; resume pretraining from an earlier checkpoint with a "
                    + "lower learning_rate.");
            }

            _arrays.Add(name, (shape, values));
        }
    }

    /// <summary>The sizes.</summary>
    public PfnSizes Sizes { get; }

    /// <summary>An array as a constant of a graph.</summary>
    internal Tensor Place(Graph graph, string name) => _arrays.TryGetValue(name, out var array)
        ? graph.Constant(array.Values, array.Shape, name)
        : throw new GraphException($"{graph.Name}: the network has no weights '{name}'");

    /// <summary>A matrix, [rows, D], as a constant [rows, 1, D].</summary>
    internal Tensor PlaceApart(Graph graph, string name)
    {
        var (shape, values) = _arrays[name];
        return graph.Constant(values, [shape[0], 1, shape[1]], name);
    }

    /// <summary>A matrix, [rows, D], with a row of zeros below it.</summary>
    internal Tensor PlaceWithZeroRow(Graph graph, string name)
    {
        var (shape, values) = _arrays[name];
        return graph.Constant([.. values, .. new float[shape[1]]], [shape[0] + 1, shape[1]], name);
    }

    /// <summary>Two matrices of equal width, one below the other.</summary>
    internal Tensor PlaceStacked(Graph graph, string upper, string lower)
    {
        var (first, second) = (_arrays[upper], _arrays[lower]);
        return graph.Constant([.. first.Values, .. second.Values], [first.Shape[0] + second.Shape[0], first.Shape[1]], upper);
    }

    /// <summary>Whether there is an array of the name.</summary>
    internal bool Has(string name) => _arrays.ContainsKey(name);

    /// <summary>Rows of a matrix.</summary>
    internal long RowsOf(string name) => _arrays[name].Shape[0];

    /// <summary>A dense layer over the last axis of a tensor of any rank.</summary>
    internal Tensor Linear(Tensor x, string name) =>
        x.Shape.Rank == 2 ? Dense(x, name) : x.MatMul(Place(x.Graph, $"{name}.kernel")) + Place(x.Graph, $"{name}.bias");

    /// <summary>A dense layer over the last axis of a matrix.</summary>
    internal Tensor Dense(Tensor x, string name) => x.Dense(Place(x.Graph, $"{name}.kernel"), Place(x.Graph, $"{name}.bias"));

    /// <summary>A layer normalisation over the last axis.</summary>
    internal Tensor Norm(Tensor x, string name)
        => x.LayerNormalization(Place(x.Graph, $"{name}.scale"), Place(x.Graph, $"{name}.offset"), PfnConstants.NormEpsilon);
}
