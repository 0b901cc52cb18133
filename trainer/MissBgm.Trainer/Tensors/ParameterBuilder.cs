using MissBgm.Runtime.Numerics;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Declares the arrays of a network and draws their starting values, as Keras does: Glorot-uniform kernels, zero biases.</summary>
/// <param name="random">The fit's random numbers.</param>
/// <param name="network">Which network this is: networks start from different draws.</param>
internal sealed class ParameterBuilder(Philox random, NetworkRole network)
{
    private readonly List<(long[] Shape, float[] Start, ParameterKind Kind)> _arrays = [];

    /// <summary>A dense layer.</summary>
    /// <param name="inputs">Width of its input.</param>
    /// <param name="outputs">Width of its output.</param>
    /// <param name="heads">Number of equally wide layers side by side in one, each drawn as a layer of its own.</param>
    public DenseLayer Dense(int inputs, int outputs, int heads = 1)
    {
        // Glorot and Bengio (2010): uniform on +-sqrt(6 / (inputs + outputs)).
        var limit = Math.Sqrt(6.0 / (inputs + outputs));
        var kernel = new float[(long)inputs * outputs * heads];
        random.Uniforms(kernel, RandomPurpose.Initialisation, (int)network, 0, _arrays.Count);
        for (var i = 0; i < kernel.Length; i++)
        {
            kernel[i] = (float)((2.0 * kernel[i] - 1.0) * limit);
        }

        return new DenseLayer(Declare([inputs, outputs * heads], kernel, ParameterKind.Kernel), Declare([outputs * heads], new float[outputs * heads], ParameterKind.Bias), inputs, outputs * heads);
    }

    /// <summary>A stack of dense layers.</summary>
    public DenseLayer[] Stack(int inputs, IReadOnlyList<int> widths)
        => [.. widths.Select((width, i) => Dense(i == 0 ? inputs : widths[i - 1], width))];

    /// <summary>A vector of equal values.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Vector(int width, float value) => Declare([width], Enumerable.Repeat(value, width).ToArray(), ParameterKind.Normalisation);

    /// <summary>A vector of given values.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Vector(float[] start) => Declare([start.Length], start, ParameterKind.Normalisation);

    /// <summary>Allocates what was declared.</summary>
    /// <param name="type">Float32, or float64 to check gradients.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="bayesian">Whether kernels have a variational posterior.</param>
    public ParameterBuffer Build(ScalarType type, Device device, bool bayesian = false) => new(_arrays, type, device, bayesian ? (random, network) : null);

    private int Declare(long[] shape, float[] start, ParameterKind kind)
    {
        _arrays.Add((shape, start, kind));
        return _arrays.Count - 1;
    }
}

/// <summary>What an array of weights is.</summary>
internal enum ParameterKind
{
    /// <summary>W of a dense layer.</summary>
    Kernel,

    /// <summary>b of a dense layer.</summary>
    Bias,

    /// <summary>Scale or offset of a normalisation, or thresholds of ordered levels.</summary>
    Normalisation,
}

/// <summary>The networks of a fit.</summary>
internal enum NetworkRole
{
    /// <summary>g_theta.</summary>
    Generator,

    /// <summary>f_phi.</summary>
    Mask,

    /// <summary>e.</summary>
    Encoder,

    /// <summary>Discriminator of z.</summary>
    LatentDiscriminator,

    /// <summary>Discriminator of x.</summary>
    DataDiscriminator,
}
