namespace MissBgm.Exporter.Graphs;

/// <summary>An attribute of an operator.</summary>
/// <param name="Name">Its name in the ONNX specification.</param>
/// <param name="Value">
/// A <see cref="long"/>, a <see cref="double"/>, a list of <see cref="int"/>, an <see cref="ElementType"/>, or a <see cref="Graph"/>.
/// </param>
internal readonly record struct OperatorAttribute(string Name, object Value);
