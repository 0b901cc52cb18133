using Google.Protobuf;
using MissBgm.Exporter.Onnx;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Ways to turn a bundle's graph into a bomb, a trap or a wrong turn; each with what the refusal must say.</summary>
internal static class HostileGraphs
{
    private const string Density = "log_density";
    private const string Inner = "inner_density";

    /// <summary>The graph that is changed: it runs first, on z [N, 1], x [N, 6] and observed [N, 6].</summary>
    internal const string Target = GraphFiles.CollapsedLatent;

    /// <summary>All of them, by name.</summary>
    internal static IReadOnlyDictionary<string, (Action<ModelProto> Edit, string Says)> All { get; } =
        new Dictionary<string, (Action<ModelProto>, string)>(StringComparer.Ordinal)
        {
            ["an endless loop"] = (model => Add(model, Node("Loop", ["bomb"], ["many", "yes"], Graph("body"))), "a graph within a node"),
            ["a branch"] = (model => Add(model, Node("If", ["bomb"], ["yes"], Graph("then_branch"))), "a graph within a node"),
            ["an operator that no exporter emits"] = (model => Add(model, Node("ConstantOfShape", ["bomb"], ["huge"])), "the operator 'ConstantOfShape'"),
            ["an operator of another domain"] = (
                model => Add(model, new NodeProto { OpType = "Add", Domain = "com.microsoft", Input = { "one", "one" }, Output = { "bomb" } }),
                "the operator 'com.microsoft.Add'"),
            ["a constant within a node"] = (
                model => Add(model, Node("Identity", ["bomb"], ["one"], Merge(new AttributeProto { Name = "value" }, 0x2A, 0x00))),
                "a constant within a node"),
            ["functions"] = (model => Merge(model, 0xCA, 0x01, 0x00), "functions of its own"),
            ["training information"] = (model => Merge(model, 0xA2, 0x01, 0x00), "training information"),
            ["sparse weights"] = (model => Merge(model.Graph, 0x7A, 0x00), "sparse weights"),
            ["weights from a file of the host"] = (model => External(model, "/etc/passwd"), "weights in the file '/etc/passwd'"),
            ["weights of a shape beyond their bytes"] = (
                model => model.Graph.Initializer.Add(
                    new TensorProto { Name = "w", DataType = 1, Dims = { 1L << 40, 1L << 40 }, RawData = ByteString.CopyFrom(new byte[4]) }),
                "weights 'w' of shape"),
            ["weights of a negative shape"] = (
                model => model.Graph.Initializer.Add(
                    new TensorProto { Name = "w", DataType = 1, Dims = { -1 }, RawData = ByteString.CopyFrom(new byte[4]) }),
                "weights 'w' of shape"),
            ["weights of texts"] = (
                model => model.Graph.Initializer.Add(
                    new TensorProto { Name = "w", DataType = 8, Dims = { 1 }, RawData = ByteString.CopyFrom(new byte[4]) }),
                "of the unknown type 8"),
            ["weights as a list"] = (
                model => model.Graph.Initializer.Add(Merge(new TensorProto { Name = "w", DataType = 1, Dims = { 1 } }, 0x22, 0x04, 0, 0, 0, 0)),
                "not written as raw bytes"),
            ["64 GB expanded when it is loaded"] = (model => Bomb(model, Node("Expand", ["bomb"], ["one", "huge"])), Target),
            ["64 GB expanded when it runs"] = (
                model => Bomb(
                    model, Node("Shape", ["shape"], ["z"]), Node("Mul", ["wide"], ["shape", "huge"]),
                    Node("Expand", ["bomb"], ["one", "wide"])),
                Target),
            ["16 GB by broadcasting"] = (model => Bomb(model, Node("Add", ["bomb"], ["column", "row"])), Target),
            ["16 GB by a product"] = (model => Bomb(model, Node("MatMul", ["bomb"], ["column", "row"])), Target),
            ["40 GB of numbers in a row"] =
                (model => Bomb(model, Node("Range", ["range"], ["first", "end", "step"]), Node("Cast", ["bomb"], ["range"], Cast())), Target),
            ["doubled forty times"] = (
                model => Bomb(
                    model,
                    [
                        Node("Add", ["d0"], ["z", "one"]),
                        .. Enumerable.Range(0, 40).Select(i => Node("Concat", [i == 39 ? "bomb" : $"d{i + 1}"], [$"d{i}", $"d{i}"], Axis(0))),
                    ]),
                Target),
            ["as much as there is"] = (
                model => Bomb(
                    model,
                    [
                        Node("Shape", ["shape"], ["z"]),
                        .. Enumerable.Range(20, 12).SelectMany(i => new[]
                        {
                            Node("Mul", [$"many{i}"], ["shape", $"two{i}"]), Node("Expand", [$"e{i}"], ["one", $"many{i}"]),
                            Node("ReduceSum", [$"s{i}"], [$"e{i}"]),
                        }),
                        Node("Concat", ["bomb"], [.. Enumerable.Range(20, 12).Select(i => $"s{i}")], Axis(0)),
                    ]),
                Target),
            ["an output of another type"] = (model => model.Graph.Output[0].Type.TensorType.ElemType = 7, Target),
            ["an input of another size"] = (
                model => model.Graph.Input.Single(i => i.Name == "x").Type.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension
                {
                    DimValue = 7,
                },
                Target),
            ["an input that no one gives"] = (model => Add(model, Node("Identity", ["bomb"], ["unasked"]), input: "unasked"), "unasked"),
            ["an output that is not there"] = (model => model.Graph.Output.RemoveAt(0), "has no input or output"),
            ["no graph"] = (model => model.Graph = null, "it has no graph"),
            ["an output that is not computed"] = (model => model.Graph.Node.Clear(), Target),
            ["a computation that fails"] = (model => Bomb(model, Node("Shape", ["shape"], ["z"]), Node("Reshape", ["bomb"], ["x", "shape"])), Target),
        };

    private static void Add(ModelProto model, NodeProto node, string? input = null)
    {
        model.Graph.Node.Insert(0, node);
        if (input is not null)
        {
            model.Graph.Input.Add(new ValueInfoProto
            {
                Name = input,
                Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } },
            });
        }
    }

    // The density waits for the bomb, so that nobody leaves it out.
    private static void Bomb(ModelProto model, params NodeProto[] nodes)
    {
        foreach (var (name, type, dims, bytes) in new (string, int, long[], byte[])[]
        {
            ("one", 1, [1], new byte[4]), ("huge", 7, [1], BitConverter.GetBytes(16_000_000_000L)),
            ("column", 1, [65536, 1], new byte[4 * 65536]), ("row", 1, [1, 65536], new byte[4 * 65536]),
            ("first", 7, [], BitConverter.GetBytes(0L)), ("end", 7, [], BitConverter.GetBytes(5_000_000_000L)), ("step", 7, [], BitConverter.GetBytes(1L)),
        })
        {
            if (nodes.Any(node => node.Input.Contains(name)))
            {
                model.Graph.Initializer.Add(
                    new TensorProto { Name = name, DataType = type, Dims = { dims }, RawData = ByteString.CopyFrom(bytes) });
            }
        }

        for (var i = 20; i < 32; i++)
        {
            if (!nodes.Any(node => node.Input.Contains($"two{i}"))) continue;
            var power = ByteString.CopyFrom(BitConverter.GetBytes(1L << i));
            model.Graph.Initializer.Add(new TensorProto { Name = $"two{i}", DataType = 7, Dims = { 1 }, RawData = power });
        }

        foreach (var node in model.Graph.Node)
        {
            for (var i = 0; i < node.Output.Count; i++) if (node.Output[i] == Density) node.Output[i] = Inner;
            for (var i = 0; i < node.Input.Count; i++) if (node.Input[i] == Density) node.Input[i] = Inner;
        }

        model.Graph.Node.Add(nodes);
        model.Graph.Node.Add(
            Node(
                "ReduceSum", ["sum"], ["bomb"],
                new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 }));
        model.Graph.Node.Add(Node("Add", [Density], [Inner, "sum"]));
    }

    /// <summary>Doubles an input forty times before an output is told.</summary>
    internal static void Double(ModelProto model, string input, string output)
    {
        foreach (var node in model.Graph.Node)
        {
            for (var i = 0; i < node.Output.Count; i++) if (node.Output[i] == output) node.Output[i] = Inner;
        }

        string Step(int i) => i == 0 ? input : i == 40 ? "bomb" : $"d{i}";
        model.Graph.Node.Add(Enumerable.Range(0, 40).Select(i => Node("Concat", [Step(i + 1)], [Step(i), Step(i)], Axis(0))));
        model.Graph.Node.Add(Node("ReduceSum", ["sum"], ["bomb"]));
        model.Graph.Node.Add(Node("Add", [output], [Inner, "sum"]));
    }

    private static void External(ModelProto model, string location)
    {
        var weights = model.Graph.Initializer[0];
        weights.RawData = ByteString.Empty;
        weights.DataLocation = TensorProto.Types.DataLocation.External;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
    }

    private static NodeProto Node(string type, string[] outputs, string[] inputs, params AttributeProto[] attributes) =>
        new() { OpType = type, Output = { outputs }, Input = { inputs }, Attribute = { attributes } };

    private static AttributeProto Graph(string name) => Merge(new AttributeProto { Name = name }, 0x32, 0x00);

    // The exporter's messages know only the fields that it writes.
    private static T Merge<T>(T message, params byte[] field) where T : IMessage
    {
        message.MergeFrom(field);
        return message;
    }

    private static AttributeProto Axis(long axis) => new() { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis };

    private static AttributeProto Cast() => new() { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = 1 };
}
