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
        var arrays = new ArrayList(new Philox(seed));
        Backbone = new Backbone(arrays, config);
        Flow = new FlowHead(arrays, config);
        Parameters = arrays.Build(type, device);
        (Names, Shapes) = (arrays.Names, arrays.Shapes);
    }

    /// <summary>The sizes.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Row tokens to embeddings and class probabilities.</summary>
    public Backbone Backbone { get; }

    /// <summary>Embeddings to velocities.</summary>
    public FlowHead Flow { get; }

    /// <summary>The weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Names of the arrays.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Shapes of the arrays.</summary>
    public IReadOnlyList<long[]> Shapes { get; }

    public void Dispose() => Parameters.Dispose();
}
