using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Declares the arrays of a transformer and draws their starting values, each from a stream of its own.</summary>
internal sealed class ArrayList(Philox random)
{
    private readonly List<(long[] Shape, float[] Start)> _arrays = [];
    private readonly List<string> _names = [];

    /// <summary>Names in the order of declaration.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Shapes in the order of declaration.</summary>
    public IReadOnlyList<long[]> Shapes => [.. _arrays.Select(array => array.Shape)];

    /// <summary>A dense layer, uniform on +-1/sqrt(inputs); or zero, for a residual branch that starts as nothing.</summary>
    public Dense Dense(string name, int inputs, int outputs, bool zero = false)
        => new(Uniform($"{name}.kernel", inputs, outputs, zero ? 0 : 1 / Math.Sqrt(inputs)), Declare($"{name}.bias", [outputs], new float[outputs]));

    /// <summary>A layer normalisation.</summary>
    public Norm Norm(string name, int width)
        => new(Declare($"{name}.scale", [width], [.. Enumerable.Repeat(1f, width)]), Declare($"{name}.offset", [width], new float[width]));

    /// <summary>A matrix, uniform between a limit and its negative.</summary>
    /// <returns>Its index among the arrays.</returns>
    public int Uniform(string name, int rows, int columns, double limit)
    {
        var values = new float[rows * columns];
        random.Uniforms(values, RandomPurpose.Initialisation, 0, 0, _arrays.Count);
        for (var i = 0; i < values.Length; i++) values[i] = (float)((2.0 * values[i] - 1.0) * limit);
        return Declare(name, [rows, columns], values);
    }

    /// <summary>Allocates what was declared.</summary>
    public ParameterBuffer Build(ScalarType type, Device device) => new([.. _arrays.Select(array => (array.Shape, array.Start, ParameterKind.Kernel))], type, device);

    private int Declare(string name, long[] shape, float[] start)
    {
        _names.Add(name);
        _arrays.Add((shape, start));
        return _arrays.Count - 1;
    }
}

/// <summary>A dense layer y = x W + b over the last axis in the precision of W, by the indices of its arrays.</summary>
internal readonly record struct Dense(int Kernel, int Bias)
{
    public Tensor Apply(Tensor[] parameters, Tensor x)
    {
        var kernel = parameters[Kernel];
        var flat = parameters[Bias].to(kernel.dtype).addmm(x.to(kernel.dtype).reshape(-1, kernel.shape[0]), kernel);
        return flat.view([.. x.shape[..^1], kernel.shape[1]]);
    }
}

/// <summary>A layer normalisation over the last axis, by the indices of its arrays.</summary>
internal readonly record struct Norm(int Scale, int Offset)
{
    public const double Epsilon = 1e-5;

    public Tensor Apply(Tensor[] parameters, Tensor x)
        => nn.functional.layer_norm(x, [x.shape[^1]], parameters[Scale], parameters[Offset], Epsilon);
}
