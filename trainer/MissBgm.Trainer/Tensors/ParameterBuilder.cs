using MissBgm.Runtime.Numerics;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Declares the arrays of a network and draws their starting values, each from a stream of its own.</summary>
/// <param name="random">The random numbers of the fit.</param>
/// <param name="network">Which network this is: networks start from different draws.</param>
internal sealed class ParameterBuilder(Philox random, NetworkRole network)
{
    private readonly List<(string? Name, long[] Shape, float[] Start, ParameterKind Kind)> _arrays = [];

    /// <summary>Names and shapes of the arrays that have a name, in the order of declaration.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> Named => [.. _arrays.Where(array => array.Name is not null).Select(array => (array.Name!, array.Shape))];

    /// <summary>A dense layer that starts as Keras's do: Glorot-uniform kernel, zero bias.</summary>
    /// <param name="inputs">Width of its input.</param>
    /// <param name="outputs">Width of its output.</param>
    /// <param name="heads">Number of equally wide layers side by side in one, each drawn as a layer of its own.</param>
    public DenseLayer Dense(int inputs, int outputs, int heads = 1)
    {
        // Glorot and Bengio (2010): uniform on +-sqrt(6 / (inputs + outputs)).
        var kernel = Uniform(null, inputs, outputs * heads, Math.Sqrt(6.0 / (inputs + outputs)));
        return new DenseLayer(kernel, Declare(null, [outputs * heads], new float[outputs * heads], ParameterKind.Bias), inputs, outputs * heads);
    }

    /// <summary>
    /// A named dense layer that starts as PyTorch's do, uniform on +-1/sqrt(inputs), with zero bias; or all zero, for a residual branch
    /// that starts as nothing.
    /// </summary>
    public DenseLayer Dense(string name, int inputs, int outputs, bool zero = false)
    {
        var kernel = Uniform($"{name}.kernel", inputs, outputs, zero ? 0 : 1 / Math.Sqrt(inputs));
        return new DenseLayer(kernel, Declare($"{name}.bias", [outputs], new float[outputs], ParameterKind.Bias), inputs, outputs);
    }

    /// <summary>A stack of dense layers.</summary>
    public DenseLayer[] Stack(int inputs, IReadOnlyList<int> widths)
        => [.. widths.Select((width, i) => Dense(i == 0 ? inputs : widths[i - 1], width))];

    /// <summary>A named layer normalisation.</summary>
    public LayerNorm Norm(string name, int width) => new(
        Declare($"{name}.scale", [width], [.. Enumerable.Repeat(1f, width)], ParameterKind.Normalisation),
        Declare($"{name}.offset", [width], new float[width], ParameterKind.Normalisation));

    /// <summary>A matrix, uniform between a limit and its negative.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Uniform(string? name, int rows, int columns, double limit)
    {
        var values = new float[(long)rows * columns];
        random.Uniforms(values, RandomPurpose.Initialisation, (int)network, 0, _arrays.Count);
        for (var i = 0; i < values.Length; i++) values[i] = (float)((2.0 * values[i] - 1.0) * limit);
        return Declare(name, [rows, columns], values, ParameterKind.Kernel);
    }

    /// <summary>A vector of equal values.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Vector(int width, float value) => Vector([.. Enumerable.Repeat(value, width)]);

    /// <summary>A vector of given values.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Vector(float[] start) => Declare(null, [start.Length], start, ParameterKind.Normalisation);

    /// <summary>Allocates what was declared.</summary>
    /// <param name="type">Float32, or float64 to check gradients.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="bayesian">Whether kernels have a variational posterior.</param>
    public ParameterBuffer Build(ScalarType type, Device device, bool bayesian = false)
        => new([.. _arrays.Select(array => (array.Shape, array.Start, array.Kind))], type, device, bayesian ? (random, network) : null);

    private int Declare(string? name, long[] shape, float[] start, ParameterKind kind)
    {
        _arrays.Add((name, shape, start, kind));
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

/// <summary>The networks of a fit, each with starting values of its own.</summary>
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

    /// <summary>PFN-Flow's, which has a run for itself.</summary>
    Transformer = Generator,
}
