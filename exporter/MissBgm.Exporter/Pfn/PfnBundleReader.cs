using System.Runtime.InteropServices;
using Google.Protobuf;
using MissBgm.Exporter.Onnx;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary>Reads the weights of a PFN-Flow bundle back from its graphs, so that pretraining can begin with them.</summary>
public static class PfnBundleReader
{
    /// <summary>All large and named constants of the bundle's graphs by name; <c>labels.kernel</c> has a row of zeros below its own.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">There is no such bundle, or it is of another kind or damaged.</exception>
    public static IReadOnlyDictionary<string, float[]> ReadWeights(string path)
    {
        var weights = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var file in new[] { PfnGraph.FileName, FlowVelocityGraph.FileName })
        {
            foreach (var tensor in Parse(path, file).Graph.Initializer)
            {
                if (Values(tensor) is { } values) weights[WithoutSuffix(tensor.Name)] = values;
            }
        }

        return weights;
    }

    private static ModelProto Parse(string path, string file)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(PfnModel.ReadGraph(path, file));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new BundleException($"{path}: {file} is no ONNX graph ({exception.Message}); export the bundle again.", exception);
        }
    }

    private static float[]? Values(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType switch
    {
        TensorProto.Types.DataType.Float => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(),
        TensorProto.Types.DataType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray(), value => (float)value),
        _ => null,
    };

    private static string WithoutSuffix(string name) =>
        name.EndsWith(OnnxModel.HalfSuffix, StringComparison.Ordinal) ? name[..^OnnxModel.HalfSuffix.Length] : name;
}
