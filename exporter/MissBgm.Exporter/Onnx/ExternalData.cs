using System.Globalization;
using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Onnx;

/// <summary>The file beside a model that holds the weights which do not fit into it (ONNX's external data).</summary>
/// <param name="name">The file's name.</param>
/// <param name="file">Where its bytes go.</param>
internal sealed class ExternalData(string name, Stream file)
{
    /// <summary>Weights start at multiples of this, so that hosts can map them.</summary>
    private const long Alignment = 4096;

    /// <summary>Smaller constants stay in the model: shape inference reads them.</summary>
    private const long Smallest = 1024;

    /// <summary>Whether a constant is large enough to stand here.</summary>
    public static bool Takes(TensorData data, Precision precision) => data.ByteCount(precision) >= Smallest;

    /// <summary>Writes a constant and notes its place.</summary>
    public void Place(TensorProto initializer, TensorData data, Precision precision)
    {
        var offset = (file.Length + Alignment - 1) / Alignment * Alignment;
        file.SetLength(offset);
        file.Position = offset;
        data.ReadBytes(precision, file.Write);
        initializer.DataLocation = TensorProto.Types.DataLocation.External;
        initializer.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = name });
        initializer.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        initializer.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = data.ByteCount(precision).ToString(CultureInfo.InvariantCulture) });
    }
}
