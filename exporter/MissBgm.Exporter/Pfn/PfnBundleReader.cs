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

    private static readonly string[] OfRows = [PfnGraph.FileName, FlowVelocityGraph.FileName];
    private static readonly string[] OfCells = [CellGraph.FileName, CellSamplerGraph.FileName];

    /// <summary>All large and named constants of the bundle's graphs by name; <c>labels.kernel</c> has a row more, for rows without a label.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">There is no such bundle, or it is of another kind or damaged.</exception>
    public static IReadOnlyDictionary<string, float[]> ReadWeights(string path)
    {
        var weights = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var isOfCells = PfnModel.ReadKind(path) == PfnManifest.PfnCellsKind;
        foreach (var file in isOfCells ? OfCells : OfRows)
        {
            foreach (var tensor in Parse(path, file).Graph.Initializer)
            {
                if (Values(tensor) is { } values) weights[WithoutSuffix(tensor.Name)] = values;
            }
        }

        return weights;
    }

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

        var values = ReadWeights(path);
        var shapes = OfRows.SelectMany(file => Parse(path, file).Graph.Initializer)
            .DistinctBy(tensor => WithoutSuffix(tensor.Name)).ToDictionary(tensor => WithoutSuffix(tensor.Name), tensor => tensor.Dims.ToArray());
        int Layers(string prefix) => values.Keys.Count(
            name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".up.kernel", StringComparison.Ordinal));
        var heads = manifest.Hyperparameters.TryGetProperty("network", out var network) && network.TryGetProperty("heads", out var said)
            ? said.GetInt32()
            : throw new BundleException($"{path}: the manifest does not say how many heads the network has; pretrain it again.");
        return new PfnWeights(
            new PfnSizes(manifest.Features, manifest.Classes, manifest.Width, Layers("layer"), heads, Layers("flow.layer")),
            values.Select(array => array.Key == LabelKernel
                ? (array.Key, [manifest.Classes, manifest.Width], array.Value[..(manifest.Classes * manifest.Width)])
                : (array.Key, shapes[array.Key], array.Value)));
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
