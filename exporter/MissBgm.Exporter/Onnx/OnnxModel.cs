using Google.Protobuf;
using MissBgm.Exporter.Graphs;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Onnx;

/// <summary>Turns a graph into the bytes of an ONNX file.</summary>
public static class OnnxModel
{
    /// <summary>The name in every file's producer field.</summary>
    public const string Producer = "MissBGM Toolchain";

    /// <summary>Bytes of weights up to which they stand in the file itself: a protobuf message ends at 2 GiB, and the graph needs some room.</summary>
    public const long InlineLimit = int.MaxValue - (64L << 20);

    /// <summary>Follows the name of a constant that is stored in half precision.</summary>
    internal const string HalfSuffix = "_half";

    // The same of whole numbers in 16 or 32 bits.
    private const string ShortSuffix = "_short";

    /// <summary>The file's bytes; the same graph always gives the same bytes.</summary>
    /// <exception cref="GraphException">
    /// The graph has no output, an output depends on something that cannot be emitted, or a weight is not a number.
    /// </exception>
    public static byte[] Serialize(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Describe(Lowering.Apply(graph)).ToByteArray();
    }

    /// <summary>
    /// Writes the file; with more than <paramref name="inlineLimit"/> bytes of weights, those go to a second file beside it, named
    /// path.data (ONNX's external data).
    /// </summary>
    /// <exception cref="GraphException">As for <see cref="Serialize"/>.</exception>
    public static void Write(Graph graph, string path, long inlineLimit = InlineLimit)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(path);
        var folder = Path.GetDirectoryName(path)!;
        Write(graph, Path.GetFileName(path), Create, inlineLimit);

        void Create(string name, Action<Stream> write)
        {
            using var file = File.Create(Path.Combine(folder, name));
            write(file);
        }
    }

    /// <summary>Writes the file and, if need be, the one beside it into a folder.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="create">Creates a file of a name and lets it be written; another one may be created meanwhile.</param>
    /// <param name="inlineLimit">As for <see cref="Write(Graph, string, long)"/>.</param>
    internal static void Write(Graph graph, string name, Action<string, Action<Stream>> create, long inlineLimit)
    {
        var lowered = Lowering.Apply(graph);
        var weights = Reachable.From(lowered.Outputs.Select(port => port.Tensor)).Sum(tensor => tensor.Data?.ByteCount(graph.Precision) ?? 0);
        if (weights <= inlineLimit) create(name, file => Describe(lowered).WriteTo(file));
        else create($"{name}.data", data => create(name, file => Describe(lowered, new ExternalData($"{name}.data", data)).WriteTo(file)));
    }

    /// <summary>The graph's inputs and outputs as a manifest lists them.</summary>
    internal static GraphDescription Document(Graph graph)
    {
        return new GraphDescription(graph.Documentation, [.. graph.Inputs.Select(Port)], [.. graph.Outputs.Select(Port)]);

        PortDescription Port(GraphPort port) => new(
            port.Name,
            OnnxTypes.Name(OnnxTypes.Of(port.Tensor.Type, graph.Precision)),
            [.. port.Tensor.Shape.Select(dimension => dimension.ToString())],
            port.Documentation)
        {
            Columns = port.Columns,
        };
    }

    /// <summary>Number of operator nodes of the emitted graph.</summary>
    public static int NodeCount(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Describe(Lowering.Apply(graph)).Graph.Node.Count;
    }

    internal static ModelProto Describe(Graph graph, ExternalData? external = null)
    {
        if (graph.Outputs.Count == 0) throw new GraphException($"{graph.Name}: the graph has no output");
        return new ModelProto
        {
            IrVersion = OnnxVersions.IntermediateRepresentation,
            ProducerName = Producer,
            ProducerVersion = typeof(OnnxModel).Assembly.GetName().Version!.ToString(3),
            DocString = graph.Documentation,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OnnxVersions.OperatorSet } },
            Graph = Body(graph, external),
        };
    }

    /// <summary>A graph within another. All its names begin with its own, since a graph's names must not recur in those within it.</summary>
    internal static GraphProto Nested(Graph graph)
    {
        var body = Body(Lowering.Apply(graph), null);
        string Own(string name) => $"{graph.Name}.{name}";
        foreach (var node in body.Node)
        {
            node.Name = Own(node.Name);
            for (var i = 0; i < node.Input.Count; i++) node.Input[i] = Own(node.Input[i]);
            for (var i = 0; i < node.Output.Count; i++) node.Output[i] = Own(node.Output[i]);
        }

        foreach (var constant in body.Initializer) constant.Name = Own(constant.Name);
        foreach (var port in body.Input.Concat(body.Output).Concat(body.ValueInfo)) port.Name = Own(port.Name);
        return body;
    }

    private static GraphProto Body(Graph graph, ExternalData? external)
    {
        var names = OutputNames(graph);
        var body = new GraphProto
        {
            Name = graph.Name,
            DocString = graph.Documentation,
            Input = { graph.Inputs.Select(port => Describe(port, graph.Precision)) },
            Output = { graph.Outputs.Select(port => Describe(port, graph.Precision)) },
        };
        foreach (var tensor in Reachable.From(graph.Outputs.Select(port => port.Tensor)))
        {
            if (tensor.Data is { } data)
            {
                Place(body, tensor, data, external);
            }
            else if (tensor.Operator is { } computed)
            {
                body.Node.Add(Node(tensor, names, graph.Precision));
                if (computed.NamesAxis && !names.ContainsKey(tensor)) body.ValueInfo.Add(Describe(new GraphPort(tensor.Name, tensor, ""), graph.Precision));
            }
            else if (graph.Inputs.All(port => port.Tensor != tensor))
            {
                throw new GraphException($"{graph.Name}: an output depends on the stand-in {tensor}");
            }
        }

        body.Node.AddRange(graph.Outputs
            .Where(port => names.GetValueOrDefault(port.Tensor) != port.Name)
            .Select(port => new NodeProto
            {
                OpType = "Identity",
                Name = $"{port.Name}_identity",
                Input = { names.GetValueOrDefault(port.Tensor) ?? port.Tensor.Name },
                Output = { port.Name },
            }));
        return body;
    }

    // A computed tensor takes its first output's name; inputs, constants and further outputs of one tensor go through Identity.
    private static Dictionary<Tensor, string> OutputNames(Graph graph)
    {
        var names = new Dictionary<Tensor, string>();
        foreach (var port in graph.Outputs.Where(port => port.Tensor.Operator is not null)) names.TryAdd(port.Tensor, port.Name);
        return names;
    }

    private static NodeProto Node(Tensor tensor, Dictionary<Tensor, string> names, Precision precision)
    {
        var (computed, result) = (tensor.Operator!, names.GetValueOrDefault(tensor) ?? tensor.Name);
        var unused = computed.Unused.Select(name => $"{tensor.Name}_{name}");
        return new NodeProto
        {
            Name = tensor.Name,
            OpType = computed.Type,
            Input = { tensor.Inputs.Select(input => names.GetValueOrDefault(input) ?? input.Name) },
            Output = { computed.ResultIsLast ? unused.Append(result) : unused.Prepend(result) },
            Attribute = { computed.Attributes.Select(attribute => OnnxTypes.Of(attribute, precision)) },
        };
    }

    // Where nothing is lost by it, a large constant is stored in fewer bits and cast on the way in; ONNX Runtime does that once, when it loads the model.
    private static void Place(GraphProto body, Tensor tensor, TensorData data, ExternalData? external)
    {
        if (data.HasNaN()) throw new GraphException($"{tensor.Graph.Name}: the constant {tensor} holds a value that is not a number");
        if (external is not null || Narrowed(data, tensor.Graph.Precision) is not { } narrow)
        {
            body.Initializer.Add(Initializer(tensor, data, external));
            return;
        }

        var stored = tensor.Name + (data.Type == ElementType.Real ? HalfSuffix : ShortSuffix);
        body.Initializer.Add(new TensorProto
        {
            Name = stored,
            DataType = (int)narrow.Type,
            Dims = { data.Dimensions },
            RawData = UnsafeByteOperations.UnsafeWrap(narrow.Bytes),
        });
        var type = (long)OnnxTypes.Of(data.Type, tensor.Graph.Precision);
        var full = new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = type };
        body.Node.Add(new NodeProto { Name = $"{tensor.Name}_cast", OpType = "Cast", Input = { stored }, Output = { tensor.Name }, Attribute = { full } });
    }

    private static (TensorProto.Types.DataType Type, byte[] Bytes)? Narrowed(TensorData data, Precision precision) => data.Type switch
    {
        ElementType.Real when precision == Precision.Single && data.AsHalves() is { } halves => (TensorProto.Types.DataType.Float16, halves),
        ElementType.Integer when data.AsNarrow<short>() is { } shorts => (TensorProto.Types.DataType.Int16, shorts),
        ElementType.Integer when data.AsNarrow<int>() is { } integers => (TensorProto.Types.DataType.Int32, integers),
        _ => null,
    };

    private static TensorProto Initializer(Tensor tensor, TensorData data, ExternalData? external)
    {
        var precision = tensor.Graph.Precision;
        var initializer = new TensorProto { Name = tensor.Name, DataType = (int)OnnxTypes.Of(data.Type, precision), Dims = { data.Dimensions } };
        if (external is not null && ExternalData.Takes(data, precision))
        {
            external.Place(initializer, data, precision);
            return initializer;
        }

        using var bytes = new MemoryStream();
        data.ReadBytes(precision, bytes.Write);
        initializer.RawData = UnsafeByteOperations.UnsafeWrap(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        return initializer;
    }

    private static ValueInfoProto Describe(GraphPort port, Precision precision) => new()
    {
        Name = port.Name,
        DocString = port.Documentation,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)OnnxTypes.Of(port.Tensor.Type, precision),
                Shape = new TensorShapeProto { Dim = { port.Tensor.Shape.Select(Describe) } },
            },
        },
    };

    private static TensorShapeProto.Types.Dimension Describe(Dimension dimension) => dimension.Size is { } size
        ? new() { DimValue = size }
        : new() { DimParam = dimension.Name };
}
