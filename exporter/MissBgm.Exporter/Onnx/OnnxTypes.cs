using MissBgm.Exporter.Graphs;
using AttributeType = MissBgm.Exporter.Onnx.AttributeProto.Types.AttributeType;
using DataType = MissBgm.Exporter.Onnx.TensorProto.Types.DataType;

namespace MissBgm.Exporter.Onnx;

/// <summary>Element types and attributes as ONNX writes them.</summary>
internal static class OnnxTypes
{
    public static DataType Of(ElementType type, Precision precision) => (type, precision) switch
    {
        (ElementType.Real, Precision.Single) => DataType.Float,
        (ElementType.Real or ElementType.Double, _) => DataType.Double,
        (ElementType.Integer, _) => DataType.Int64,
        _ => DataType.Bool,
    };

    /// <summary>The name by which NumPy and the manifest call a type.</summary>
    public static string Name(DataType type) => type switch
    {
        DataType.Float => "float32",
        DataType.Double => "float64",
        DataType.Int64 => "int64",
        _ => "bool",
    };

    public static AttributeProto Of(OperatorAttribute attribute, Precision precision) => attribute.Value switch
    {
        long value => new() { Name = attribute.Name, Type = AttributeType.Int, I = value },
        double value => new() { Name = attribute.Name, Type = AttributeType.Float, F = (float)value },
        ElementType type => new() { Name = attribute.Name, Type = AttributeType.Int, I = (long)Of(type, precision) },
        IEnumerable<int> values => new() { Name = attribute.Name, Type = AttributeType.Ints, Ints = { values.Select(value => (long)value) } },
        Graph body => new() { Name = attribute.Name, Type = AttributeType.Graph, G = OnnxModel.Nested(body) },
        var value => throw new NotSupportedException($"Attributes of {value.GetType().Name} are not written."),
    };
}
