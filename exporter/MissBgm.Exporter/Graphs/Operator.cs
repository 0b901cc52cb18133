namespace MissBgm.Exporter.Graphs;

/// <summary>
/// An ONNX operator with its attributes. A new operator is a record that says which shape and type it yields, how adjoints flow back through it
/// and, where that is useful, how it simplifies; records are compared by value, which is what lets equal sub-expressions be shared.
/// </summary>
internal abstract record Operator
{
    /// <summary>The operator's name in the ONNX specification.</summary>
    public virtual string Type => GetType().Name;

    /// <summary>Its attributes.</summary>
    internal virtual IEnumerable<OperatorAttribute> Attributes => [];

    /// <summary>Names of further results, which nothing uses but which the specification wants to have a place.</summary>
    internal virtual IEnumerable<string> Unused => [];

    /// <summary>Whether the further results come before the one that is used.</summary>
    internal virtual bool ResultIsLast => false;

    /// <summary>
    /// Whether the result has a named axis that a host cannot work out from the inputs' shapes; the file then states it. ONNX Runtime plans
    /// memory by the names: with thousands of tensors of unknown size the planning alone takes seconds.
    /// </summary>
    internal virtual bool NamesAxis => false;

    /// <summary>The element type and shape of the result.</summary>
    /// <exception cref="GraphException">The inputs do not fit; the message says how, and the graph adds the node's name.</exception>
    internal abstract (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs);

    /// <summary>
    /// The adjoint that reaches one input, given the adjoint of <paramref name="node"/>. Adjoints are lazy: their shape need only broadcast to the
    /// shape of the tensor they belong to, so that the constant 1 stands for a tensor of ones (<c>Operators/Adjoints</c>).
    /// Null means that no derivative flows.
    /// </summary>
    /// <exception cref="GraphException">The operator has no derivative rule for that input.</exception>
    internal virtual Tensor? Backward(Tensor node, Tensor adjoint, int input) =>
        throw new GraphException($"{node.Describe()}: operator {Type} has no derivative with respect to input {input}");

    /// <summary>An equal tensor that is cheaper than a new node, or null.</summary>
    internal virtual Tensor? Simplify(IReadOnlyList<Tensor> inputs) => null;

    /// <summary>The result on constant inputs, or null when it cannot be folded.</summary>
    internal virtual TensorData? Fold(IReadOnlyList<TensorData> inputs) => null;

    /// <summary>The same in terms of operators that ONNX Runtime has in that precision, and has fast; null when this is one.</summary>
    internal virtual Tensor? Lowered(IReadOnlyList<Tensor> inputs, Precision precision) => null;
}
