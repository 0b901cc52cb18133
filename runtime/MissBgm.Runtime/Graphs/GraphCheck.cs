using System.Text;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// Looks into a graph's file before ONNX Runtime does. A bundle's graphs are plain data flow: nodes of a few operators in the order of their computation, and
/// weights within the file. What could run without end, nest, read other files or unfold when it is loaded has no place in one and is refused: loops and
/// branches, functions, operators of other domains, constants in attributes, sparse weights, weights in files that the manifest does not list.
/// </summary>
internal static class GraphCheck
{
    private const int MostNodes = 1_000_000;
    private const int ExternalLocation = 1;

    /// <summary>What this toolchain's exporter emits, or did in earlier versions; a test keeps the list to it.</summary>
    internal static IReadOnlySet<string> Operators { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Abs", "Add", "And", "ArgMax", "BatchNormalization", "Cast", "Clip", "Concat", "Cos", "Div", "Equal", "Erf", "Exp", "Expand", "Gather", "Gemm",
        "Greater", "Identity", "IsNaN",
        "LayerNormalization", "LeakyRelu", "Less", "Log", "LogSoftmax", "MatMul", "Max", "Min", "Mul", "Neg", "Not", "OneHot", "Pad", "Pow", "Range",
        "ReduceLogSumExp", "ReduceMean", "ReduceMin", "ReduceSum", "Reshape", "Round", "Shape", "Sigmoid", "Sign", "Sin", "Slice", "Softmax",
        "Softplus", "Sqrt", "Squeeze",
        "Sub", "Tanh", "TopK", "Transpose", "Unsqueeze", "Where",
    };

    // Bytes of an element, by ONNX's number of its type: float, int32, int64, bool, half, double.
    private static readonly Dictionary<ulong, int> ElementBytes = new() { [1] = 4, [6] = 4, [7] = 8, [9] = 1, [10] = 2, [11] = 8 };

    /// <summary>Checks a graph.</summary>
    /// <exception cref="BundleException">It is no ONNX file, or has what no bundle's graph has; the message says what.</exception>
    internal static void Require(GraphSource graph)
    {
        try
        {
            Model(graph);
        }
        catch (InvalidDataException e)
        {
            throw new BundleException($"{graph.Name} is not an ONNX file: {e.Message}. Export the bundle again.", e);
        }
    }

    // ModelProto: 7 is the graph, 20 training information, 25 functions.
    private static void Model(GraphSource graph)
    {
        var model = new ProtobufReader(graph.Bytes);
        var graphs = 0;
        while (model.Next())
        {
            if (model.Field is 20 or 25) throw Refused(graph, model.Field == 25 ? "functions of its own" : "training information");
            if (model.Field != 7) continue;
            if (++graphs > 1) throw Refused(graph, "a second graph");
            Body(graph, model.Bytes);
        }

        if (graphs == 0) throw new InvalidDataException("it has no graph");
    }

    // GraphProto: 1 are nodes, 5 weights, 15 sparse weights.
    private static void Body(GraphSource graph, ReadOnlySpan<byte> bytes)
    {
        var body = new ProtobufReader(bytes);
        var nodes = 0;
        while (body.Next())
        {
            if (body.Field == 1)
            {
                if (++nodes > MostNodes) throw Refused(graph, $"more than {MostNodes} nodes");
                Node(graph, body.Bytes);
            }
            else if (body.Field == 5)
            {
                Weights(graph, body.Bytes);
            }
            else if (body.Field == 15)
            {
                throw Refused(graph, "sparse weights");
            }
        }
    }

    // NodeProto: 4 is the operator, 5 attributes, 7 the domain.
    private static void Node(GraphSource graph, ReadOnlySpan<byte> bytes)
    {
        var node = new ProtobufReader(bytes);
        var (name, domain) = ("", "");
        while (node.Next())
        {
            if (node.Field == 4) name = Text(node.Bytes);
            else if (node.Field == 5) Attribute(graph, node.Bytes);
            else if (node.Field == 7) domain = Text(node.Bytes);
        }

        if (domain.Length > 0 || !Operators.Contains(name)) throw Refused(graph, $"the operator '{(domain.Length > 0 ? domain + "." : "")}{name}'");
    }

    // AttributeProto: 5 and 10 are tensors, 6 and 11 graphs, 22 and 23 sparse tensors.
    private static void Attribute(GraphSource graph, ReadOnlySpan<byte> bytes)
    {
        var attribute = new ProtobufReader(bytes);
        while (attribute.Next())
        {
            if (attribute.Field is 6 or 11) throw Refused(graph, "a graph within a node");
            if (attribute.Field is 5 or 10 or 22 or 23) throw Refused(graph, "a constant within a node");
        }
    }

    // TensorProto: 1 is the shape, 2 the type, 9 the bytes, 13 and 14 say that they stand in another file; 4 to 7, 10 and 11 are other ways to write them.
    private static void Weights(GraphSource graph, ReadOnlySpan<byte> bytes)
    {
        var tensor = new ProtobufReader(bytes);
        var (shape, type, length, external, name) = (new List<long>(), 0UL, -1L, false, "");
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1: tensor.AddNumbers(shape); break;
                case 2: type = tensor.Number; break;
                case 8: name = Text(tensor.Bytes); break;
                case 9: length = tensor.Bytes.Length; break;
                case 13: Entry(graph, tensor.Bytes, ref length); break;
                case 14: external = tensor.Number == ExternalLocation; break;
                case 4 or 5 or 6 or 7 or 10 or 11: throw Refused(graph, $"weights '{name}' that are not written as raw bytes");
            }
        }

        if (!ElementBytes.TryGetValue(type, out var size)) throw Refused(graph, $"weights '{name}' of the unknown type {type}");
        if (external && graph.Path is null) throw Refused(graph, $"weights '{name}' in a file that the manifest does not list");
        var wanted = shape.Aggregate(
            (Int128)size, (product, dimension) => dimension < 0 || product > long.MaxValue ? Int128.MaxValue / 2 : product * dimension);
        if (length != wanted) throw Refused(graph, $"weights '{name}' of shape [{string.Join(", ", shape.Take(8))}] in {Math.Max(0, length)} bytes");
    }

    // StringStringEntryProto: 1 is the key, 2 the value.
    private static void Entry(GraphSource graph, ReadOnlySpan<byte> bytes, ref long length)
    {
        var entry = new ProtobufReader(bytes);
        var (key, value) = ("", "");
        while (entry.Next())
        {
            if (entry.Field == 1) key = Text(entry.Bytes);
            else if (entry.Field == 2) value = Text(entry.Bytes);
        }

        if (key == "location" && value != graph.Name + ".data") throw Refused(graph, $"weights in the file '{value}'");
        if (key == "length" && !long.TryParse(value, out length)) throw Refused(graph, "weights of unknown length in another file");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 80)]);

    private static BundleException Refused(GraphSource graph, string what) =>
        new($"{graph.Name} has {what}, which no graph of a bundle has; do not use it, unless a newer missbgm wrote it: then use that one.");
}
