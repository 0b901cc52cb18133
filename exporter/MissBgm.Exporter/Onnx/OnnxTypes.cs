using MissBgm.Exporter.Graphs;
using DataType = MissBgm.Exporter.Onnx.TensorProto.Types.DataType;

namespace MissBgm.Exporter.Onnx;

/// <summary>Element types as ONNX numbers them.</summary>
internal static class OnnxTypes
{
    public static DataType Of(ElementType type, Precision precision) => (type, precision) switch
    {
        (ElementType.Real, Precision.Single) => DataType.Float,
        (ElementType.Real, _) => DataType.Double,
        (ElementType.Integer, _) => DataType.Int64,
        _ => DataType.Bool,
    };
}
