using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MissBgm.Runtime.Graphs;

/// <summary>Checks that a graph's inputs and outputs are declared as what is bound to them, before anything runs.</summary>
internal static class GraphPorts
{
    /// <summary>Checks one input or output.</summary>
    /// <param name="fileName">The graph's file.</param>
    /// <param name="name">The input's or output's name.</param>
    /// <param name="declared">What the graph says of it.</param>
    /// <param name="type">The type it must have.</param>
    /// <param name="shape">The shape it must have; an axis that the graph names instead of giving its size may have any.</param>
    /// <exception cref="BundleException">It is declared otherwise.</exception>
    internal static void Require(string fileName, string name, NodeMetadata declared, TensorElementType type, ReadOnlySpan<long> shape)
    {
        var fits = declared.IsTensor && declared.ElementDataType == type && declared.Dimensions.Length == shape.Length;
        for (var axis = 0; fits && axis < shape.Length; axis++) fits = declared.Dimensions[axis] < 0 || declared.Dimensions[axis] == shape[axis];
        if (fits) return;
        var found = declared.IsTensor ? $"{declared.ElementDataType} [{string.Join(", ", declared.Dimensions)}]" : $"{declared.OnnxValueType}";
        throw new BundleException(
            $"{fileName}: '{name}' is {found} and not {type} [{string.Join(", ", shape.ToArray())}], as the manifest has it; "
            + "export the bundle again.");
    }

    /// <summary>Checks that a graph has some inputs and outputs.</summary>
    /// <exception cref="BundleException">It lacks one.</exception>
    internal static void RequireNames(string fileName, InferenceSession session, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        var lacking = inputs.Except(session.InputNames, StringComparer.Ordinal)
            .Concat(outputs.Except(session.OutputNames, StringComparer.Ordinal)).FirstOrDefault();
        if (lacking is not null) throw new BundleException($"{fileName} has no input or output '{lacking}'; export the bundle again with this version.");
        var unknown = session.InputNames.Except(inputs, StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null) throw new BundleException($"{fileName} has an input unknown to this version, '{unknown}'; use a newer missbgm.");
    }
}
