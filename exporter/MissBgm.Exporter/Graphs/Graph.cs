using System.Collections.Immutable;

namespace MissBgm.Exporter.Graphs;

/// <summary>An input or output of a graph as the emitted file documents it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tensor">Its value.</param>
/// <param name="Documentation">What it is, with units and source; becomes the doc_string.</param>
/// <param name="Columns">What each position of the last axis is of; null where that is said by the documentation.</param>
public sealed record GraphPort(string Name, Tensor Tensor, string Documentation, IReadOnlyList<string>? Columns = null);

/// <summary>
/// An ONNX graph under construction. Equal sub-expressions are one node, scalar arithmetic is done at once, and only what an output
/// depends on is emitted; the same calls always give the same names and the same bytes.
/// </summary>
/// <param name="name">The graph's name.</param>
/// <param name="documentation">What the graph computes, with its source.</param>
/// <param name="precision">How real numbers are emitted.</param>
public sealed class Graph(string name, string documentation, Precision precision = Precision.Single)
{
    private readonly List<GraphPort> _inputs = [];
    private readonly List<GraphPort> _outputs = [];
    private readonly Dictionary<Key, Tensor> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly Dictionary<string, int> _counters = [];
    private readonly HashSet<string> _names = [];
    private int _created;

    /// <summary>The graph's name.</summary>
    public string Name { get; } = name;

    /// <summary>What the graph computes.</summary>
    public string Documentation { get; } = documentation;

    /// <summary>How real numbers are emitted.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>Inputs in the order of declaration.</summary>
    public IReadOnlyList<GraphPort> Inputs => _inputs;

    /// <summary>Outputs in the order of declaration.</summary>
    public IReadOnlyList<GraphPort> Outputs => _outputs;

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name, unique in the graph.</param>
    /// <param name="shape">Its axes; a name such as "N" leaves the size to the caller.</param>
    /// <param name="documentation">What it is.</param>
    /// <param name="type">What its elements are.</param>
    /// <param name="columns">What each position of the last axis is of.</param>
    /// <exception cref="GraphException">The name is taken.</exception>
    public Tensor Input(string name, Shape shape, string documentation, ElementType type = ElementType.Real, IReadOnlyList<string>? columns = null)
    {
        var tensor = new Tensor(this, _created++, Claim(name), null, [], type, shape);
        _inputs.Add(new GraphPort(name, tensor, documentation, columns));
        return tensor;
    }

    /// <summary>Declares an output.</summary>
    /// <param name="name">Its name, unique in the graph.</param>
    /// <param name="tensor">Its value.</param>
    /// <param name="documentation">What it is.</param>
    /// <param name="columns">What each position of the last axis is of.</param>
    /// <exception cref="GraphException">The name is taken, or the tensor belongs to another graph.</exception>
    public void Output(string name, Tensor tensor, string documentation, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Graph != this)
        {
            throw new GraphException($"{Name}: output '{name}' is {tensor.Describe()} of another graph, {tensor.Graph.Name}");
        }

        _outputs.Add(new GraphPort(Claim(name), tensor, documentation, columns));
    }

    /// <summary>A real scalar.</summary>
    public Tensor Constant(double value) => Constant(TensorData.Real([value]), null);

    /// <summary>Real numbers, such as a layer's weights; they become an initializer of the file.</summary>
    /// <param name="values">Row-major elements.</param>
    /// <param name="dimensions">Sizes of the axes.</param>
    /// <param name="name">A name for the initializer.</param>
    /// <exception cref="GraphException">The number of elements does not fit the sizes.</exception>
    public Tensor Constant(float[] values, IReadOnlyList<long> dimensions, string? name = null) => Constant(TensorData.Real(values, [.. dimensions]), name);

    /// <inheritdoc cref="Constant(float[], IReadOnlyList{long}, string?)" />
    public Tensor Constant(double[] values, IReadOnlyList<long> dimensions, string? name = null) => Constant(TensorData.Real(values, [.. dimensions]), name);

    /// <summary>Numbers in double precision whatever the graph's.</summary>
    /// <exception cref="GraphException">The number of elements does not fit the sizes.</exception>
    public Tensor Doubles(double[] values, IReadOnlyList<long> dimensions) => Constant(TensorData.Doubles(values, [.. dimensions]), null);

    /// <summary>A scalar of a given type.</summary>
    internal Tensor Scalar(ElementType type, double value) => Constant(TensorData.From(type, [value]), null);

    /// <summary>A vector of integers, such as a shape, axes or indices.</summary>
    public Tensor Integers(params long[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Constant(TensorData.Integers(values, values.Length), null);
    }

    /// <summary>A scalar integer, such as an index.</summary>
    public Tensor Integer(long value) => Constant(TensorData.Integers([value]), null);

    internal Tensor Constant(TensorData data, string? name)
    {
        // Named constants are weights, which are found again by their names: equal ones are kept apart.
        var key = $"{name}:{data.Key(Precision)}";
        if (!_constants.TryGetValue(key, out var tensor))
        {
            tensor = new Tensor(this, _created++, name is null ? Next("Constant") : Claim(name), null, [], data.Type, data.Shape, data)
            {
                IsNamed = name is not null,
            };
            _constants.Add(key, tensor);
        }

        return tensor;
    }

    /// <summary>
    /// A stand-in with the shape of <paramref name="like"/> that no emitted node may depend on; forward-mode derivatives differentiate by
    /// it.
    /// </summary>
    internal Tensor Placeholder(Tensor like) => new(this, _created++, Next("Placeholder"), null, [], like.Type, like.Shape);

    /// <summary>The result of an operator: an existing tensor where an equal one exists, otherwise a new node.</summary>
    /// <exception cref="GraphException">The inputs do not fit; the message names the node, its operator and its inputs.</exception>
    internal static Tensor Apply(Operator @operator, params Tensor[] inputs)
    {
        var graph = inputs[0].Graph;
        var name = graph.Preview(@operator.Type);
        if (Array.Find(inputs, input => input.Graph != graph) is { } stranger)
        {
            throw new GraphException(
                $"{graph.Name}: {Tensor.Describe(name, @operator, inputs)}: input {stranger} belongs to another graph, "
                + $"{stranger.Graph.Name}");
        }

        try
        {
            var (type, shape) = @operator.Infer(inputs);
            return graph.FoldOrSimplify(@operator, inputs) ?? graph.Node(@operator, inputs, type, shape);
        }
        catch (GraphException exception) when (exception.InnerException is null)
        {
            throw new GraphException($"{graph.Name}: {Tensor.Describe(name, @operator, inputs)}: {exception.Message}", exception);
        }
    }

    private Tensor? FoldOrSimplify(Operator @operator, Tensor[] inputs)
    {
        if (inputs.All(input => input.Data is not null) && @operator.Fold([.. inputs.Select(input => input.Data!)]) is { } folded)
        {
            return Constant(folded, null);
        }

        return @operator.Simplify(inputs);
    }

    private Tensor Node(Operator @operator, Tensor[] inputs, ElementType type, Shape shape)
    {
        var key = new Key(@operator, [.. inputs.Select(input => input.Id)]);
        if (!_nodes.TryGetValue(key, out var tensor))
        {
            tensor = new Tensor(this, _created++, Next(@operator.Type), @operator, inputs, type, shape);
            _nodes.Add(key, tensor);
        }

        return tensor;
    }

    private string Claim(string wanted) => _names.Add(wanted) ? wanted : throw new GraphException($"{Name}: the name '{wanted}' is taken");

    private string Preview(string prefix) => $"{prefix}_{_counters.GetValueOrDefault(prefix) + 1}";

    private string Next(string prefix)
    {
        string candidate;
        do
        {
            candidate = Preview(prefix);
            _counters[prefix] = _counters.GetValueOrDefault(prefix) + 1;
        }
        while (!_names.Add(candidate));
        return candidate;
    }

    private sealed class Key(Operator @operator, ImmutableArray<int> inputs) : IEquatable<Key>
    {
        private readonly Operator _operator = @operator;
        private readonly ImmutableArray<int> _inputs = inputs;

        public bool Equals(Key? other) => other is not null && _operator == other._operator && _inputs.AsSpan().SequenceEqual(other._inputs.AsSpan());

        public override bool Equals(object? obj) => Equals(obj as Key);

        public override int GetHashCode() => _inputs.Aggregate(_operator.GetHashCode(), HashCode.Combine);
    }
}
