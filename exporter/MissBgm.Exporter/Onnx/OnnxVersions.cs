namespace MissBgm.Exporter.Onnx;

/// <summary>The versions every emitted file states: read by ONNX Runtime 1.12 and later, onnxruntime-web, and the onnx 1.12 checker.</summary>
public static class OnnxVersions
{
    /// <summary>Version of the operator set.</summary>
    public const long OperatorSet = 17;

    /// <summary>Version of the file format (intermediate representation).</summary>
    public const long IntermediateRepresentation = 8;
}
