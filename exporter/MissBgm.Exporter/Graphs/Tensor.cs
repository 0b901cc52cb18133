namespace MissBgm.Exporter.Graphs;

/// <summary>
/// A value in a graph: an input, a constant or the result of an operator. Tensors are immutable and refer to earlier tensors only, so a graph
/// cannot hold a cycle. Arithmetic on tensors adds nodes; numbers are taken as scalar constants; shapes broadcast as in ONNX.
/// </summary>
public sealed class Tensor
{
    internal Tensor(Graph graph, int id, string name, Operator? @operator, IReadOnlyList<Tensor> inputs, ElementType type, Shape shape, TensorData? data = null)
    {
        (Graph, Id, Name, Operator, Inputs, Type, Shape, Data) = (graph, id, name, @operator, inputs, type, shape, data);
    }

    /// <summary>The graph that the tensor belongs to.</summary>
    public Graph Graph { get; }

    /// <summary>The tensor's name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>Whether the name was given rather than made up.</summary>
    internal bool IsNamed { get; init; }

    /// <summary>What the elements are.</summary>
    public ElementType Type { get; }

    /// <summary>The axes.</summary>
    public Shape Shape { get; }

    /// <summary>Position in the order of creation: inputs of a node come before it.</summary>
    internal int Id { get; }

    /// <summary>What computes the tensor; null for inputs and constants.</summary>
    internal Operator? Operator { get; }

    internal IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The elements of a constant; null otherwise.</summary>
    internal TensorData? Data { get; }

    /// <summary>The value when the tensor is a constant real scalar.</summary>
    internal double? ScalarValue => Data is { Type: ElementType.Real } && Shape.Rank == 0 ? Data[0] : null;

    /// <inheritdoc />
    public override string ToString() => $"{Name} {Shape}";

    /// <summary>The node with its operator and inputs, for messages.</summary>
    internal string Describe() => Operator is null ? ToString() : Describe(Name, Operator, Inputs);

    internal static string Describe(string name, Operator @operator, IEnumerable<Tensor> inputs) =>
        $"node '{name}' = {@operator.Type}({string.Join(", ", inputs)})";
}
