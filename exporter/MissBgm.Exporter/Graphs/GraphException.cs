namespace MissBgm.Exporter.Graphs;

/// <summary>A graph cannot be built, differentiated or emitted as asked; the message names the node and its operator.</summary>
public sealed class GraphException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
