using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Backbone and flow head over one buffer of weights.</summary>
internal sealed class PfnNetwork : IDisposable
{
    public PfnNetwork(NetworkConfig config, ulong seed, ScalarType type, Device device)
    {
        Config = config;
        var arrays = new ParameterBuilder(new Philox(seed), NetworkRole.Transformer);
        if (config.Backbone == NetworkConfig.Cells)
        {
            Backbone = new CellBackbone(arrays, config);
            Cells = new CellHead(arrays, config);
            Flow = new CellFlow(arrays, config, Cells);
        }
        else
        {
            Backbone = new RowBackbone(arrays, config);
            Flow = new RowFlow(arrays, config);
        }

        Parameters = arrays.Build(type, device);
        Arrays = arrays.Named;
        LayerMatrices = [.. Matrices()];
    }

    /// <summary>The sizes.</summary>
    public NetworkConfig Config { get; }

    /// <summary>A table to embeddings and class probabilities.</summary>
    public IBackbone Backbone { get; }

    /// <summary>Cell embeddings to distributions; null of a network over rows.</summary>
    public CellHead? Cells { get; }

    /// <summary>Embeddings to velocities.</summary>
    public IFlow Flow { get; }

    /// <summary>The weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Names and shapes of the weights' arrays, in their order.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> Arrays { get; }

    /// <summary>Where the matrices of the transformer's layers lie among the weights, and their shapes.</summary>
    public IReadOnlyList<(long Offset, long[] Shape)> LayerMatrices { get; }

    public void Dispose() => Parameters.Dispose();

    private IEnumerable<(long Offset, long[] Shape)> Matrices()
    {
        var offset = 0L;
        foreach (var (name, shape) in Arrays)
        {
            if (shape.Length == 2 && name.Contains("layer", StringComparison.Ordinal)) yield return (offset, shape);
            offset += shape.Aggregate(1L, (product, length) => product * length);
        }
    }
}
