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
        Backbone = new Backbone(arrays, config);
        Flow = new FlowHead(arrays, config);
        Parameters = arrays.Build(type, device);
        Arrays = arrays.Named;
    }

    /// <summary>The sizes.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Row tokens to embeddings and class probabilities.</summary>
    public Backbone Backbone { get; }

    /// <summary>Embeddings to velocities.</summary>
    public FlowHead Flow { get; }

    /// <summary>The weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Names and shapes of the weights' arrays, in their order.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> Arrays { get; }

    public void Dispose() => Parameters.Dispose();
}
