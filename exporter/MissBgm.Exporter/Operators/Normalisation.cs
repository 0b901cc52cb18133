using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

internal sealed record Softmax : Operator
{
    // Axis -1, the default.
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (Expect.Real(inputs[0]), inputs[0].Shape);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var weighted = node * adjoint;
        return weighted - node * weighted.Sum(-1, keepAxis: true);
    }
}

internal sealed record LogSoftmax : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (Expect.Real(inputs[0]), inputs[0].Shape);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var full = Adjoints.Materialize(adjoint, node.Shape, node);
        return full - node.Exp() * full.Sum(-1, keepAxis: true);
    }
}

/// <summary>(x - mean) / sqrt(variance + epsilon) * scale + offset, mean and variance over the last axis.</summary>
internal sealed record LayerNormalization(double Epsilon) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", -1L), new("epsilon", Epsilon)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        foreach (var parameter in inputs.Skip(1))
        {
            Expect.Rank(parameter, 1);
            Expect.Same(shape[^1], parameter.Shape[0], "widths");
        }

        return (Expect.Real(inputs[0]), shape);
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        var (x, scale) = (node.Inputs[0], node.Inputs[1]);
        if (input == 2) return Adjoints.SumTo(adjoint, node, node.Inputs[2].Shape);
        var centred = x - x.Mean(-1, keepAxis: true);
        var deviation = (centred.Square().Mean(-1, keepAxis: true) + Epsilon).Sqrt();
        var normalised = centred / deviation;
        if (input == 1) return Adjoints.SumTo(adjoint * normalised, node, scale.Shape);
        var inner = Adjoints.Materialize(adjoint * scale, node.Shape, node);
        return (inner - inner.Mean(-1, keepAxis: true) - normalised * (inner * normalised).Mean(-1, keepAxis: true)) / deviation;
    }
}

/// <summary>(x - mean) / sqrt(variance + epsilon) * scale + offset with given moments, channels on axis 1.</summary>
internal sealed record BatchNormalization(double Epsilon) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("epsilon", Epsilon)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank < 2) throw new GraphException($"{inputs[0]} needs at least two axes");
        foreach (var parameter in inputs.Skip(1))
        {
            Expect.Rank(parameter, 1);
            Expect.Same(shape[1], parameter.Shape[0], "channels");
        }

        return (Expect.Real(inputs[0]), shape);
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        var channels = Enumerable.Range(1, 4).Select(i => PerChannel(node.Inputs[i], node.Shape.Rank)).ToArray();
        var (x, scale, mean, deviation) = (node.Inputs[0], channels[0], channels[2], (channels[3] + Epsilon).Sqrt());
        if (input == 0) return adjoint * (scale / deviation);
        var full = input switch
        {
            1 => adjoint * ((x - mean) / deviation),
            2 => adjoint,
            3 => -(adjoint * (scale / deviation)),
            _ => -0.5 * adjoint * ((x - mean) * scale / (deviation * deviation.Square())),
        };
        var summed = Adjoints.SumTo(full, node, channels[0].Shape);
        return summed.Shape.Rank < 2 ? summed : summed.Reshape(node.Inputs[input].Shape);
    }

    private static Tensor PerChannel(Tensor parameter, int rank) =>
        rank == 2 ? parameter.Reshape([1, parameter.Shape[0]]) : parameter.Reshape([1, parameter.Shape[0], .. Enumerable.Repeat((Dimension)1, rank - 2)]);
}

/// <summary>Normalisations.</summary>
public static class Normalisation
{
    /// <summary>e^x over its sum along the last axis.</summary>
    public static Tensor Softmax(this Tensor x) => Graph.Apply(new Softmax(), x);

    /// <summary>x less the log of the sum of e^x along the last axis.</summary>
    public static Tensor LogSoftmax(this Tensor x) => Graph.Apply(new LogSoftmax(), x);

    /// <summary>Normalises the last axis to mean 0 and variance 1, then scales and shifts it (Ba et al., 2016).</summary>
    /// <param name="x">[..., width].</param>
    /// <param name="scale">[width].</param>
    /// <param name="offset">[width].</param>
    /// <param name="epsilon">Variance guard.</param>
    public static Tensor LayerNormalization(this Tensor x, Tensor scale, Tensor offset, double epsilon) =>
        Graph.Apply(new LayerNormalization(epsilon), x, scale, offset);

    /// <summary>
    /// Normalises channels (axis 1) with given moments, then scales and shifts them: batch normalisation at inference (Ioffe and Szegedy,
    /// 2015).
    /// </summary>
    /// <param name="x">[N, channels, ...].</param>
    /// <param name="scale">[channels].</param>
    /// <param name="offset">[channels].</param>
    /// <param name="mean">[channels].</param>
    /// <param name="variance">[channels].</param>
    /// <param name="epsilon">Variance guard.</param>
    public static Tensor BatchNormalization(this Tensor x, Tensor scale, Tensor offset, Tensor mean, Tensor variance, double epsilon) =>
        Graph.Apply(new BatchNormalization(epsilon), x, scale, offset, mean, variance);
}
