using System.Runtime.InteropServices;
using Google.Protobuf;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary>Reads the weights of a PFN-Flow bundle back from its graphs, so that pretraining can begin with them.</summary>
public static class PfnBundleReader
{
    // Has a row below its own, for rows without a label: of zeros, or, of a network over cells, labels.unknown.
    private const string LabelKernel = "labels.kernel";

    // Where a network's weights stand: one over rows, one over cells.
    private static readonly string[] OfRows = [PfnGraph.FileName, FlowVelocityGraph.FileName];
    private static readonly string[] OfCells = [CellGraph.FileName, CellSamplerGraph.FileName];

    /// <summary>All large and named constants of the bundle's graphs by name; <c>labels.kernel</c> has a row more, for rows without a label.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">There is no such bundle, or it is of another kind or damaged.</exception>
    public static IReadOnlyDictionary<string, float[]> ReadWeights(string path) =>
        Arrays(path).ToDictionary(array => array.Key, array => array.Value.Values);

    /// <summary>Reads a bundle's network, so that it can be written anew.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <param name="manifest">The bundle's manifest.</param>
    /// <exception cref="BundleException">There is no such bundle, or it is of another kind or damaged.</exception>
    public static PfnWeights Read(string path, PfnManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Kind != PfnManifest.PfnFlowKind)
        {
            throw new BundleException(
                $"{path} is a bundle of kind '{manifest.Kind}', of which all graphs are there; kind '{PfnManifest.PfnFlowKind}' is written anew.");
        }

        var arrays = Arrays(path);
        int Layers(string prefix) => arrays.Keys.Count(
            name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".up.kernel", StringComparison.Ordinal));
        var heads = manifest.Hyperparameters.TryGetProperty("network", out var network) && network.TryGetProperty("heads", out var said)
            ? said.GetInt32()
            : throw new BundleException($"{path}: the manifest does not say how many heads the network has; pretrain it again.");
        return new PfnWeights(
            new PfnSizes(manifest.Features, manifest.Classes, manifest.Width, Layers("layer"), heads, Layers("flow.layer")),
            arrays.Select(array => array.Key == LabelKernel
                ? (array.Key, [manifest.Classes, manifest.Width], array.Value.Values[..(manifest.Classes * manifest.Width)])
                : (array.Key, array.Value.Shape, array.Value.Values)));
    }

    private static Dictionary<string, (long[] Shape, float[] Values)> Arrays(string path)
    {
        var files = PfnModel.ReadFiles(path);
        var arrays = new Dictionary<string, (long[], float[])>(StringComparer.Ordinal);
        foreach (var file in files.ContainsKey(CellGraph.FileName) ? OfCells : OfRows)
        {
            foreach (var tensor in Parse(path, file, files[file]).Graph.Initializer)
            {
                if (Values(tensor) is { } values) arrays[WithoutSuffix(tensor.Name)] = ([.. tensor.Dims], values);
            }
        }

        return arrays;
    }

    private static ModelProto Parse(string path, string file, byte[] bytes)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes);
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
