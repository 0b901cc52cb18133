using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Bundles;

/// <summary>What a graph of a bundle computes, for whoever writes a host of their own.</summary>
/// <param name="Purpose">What it computes, with its source.</param>
/// <param name="Inputs">What it is given, in order.</param>
/// <param name="Outputs">What it gives, in order.</param>
public sealed record GraphDescription(string Purpose, IReadOnlyList<PortDescription> Inputs, IReadOnlyList<PortDescription> Outputs);

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements: float32, float64, int64 or bool.</param>
/// <param name="Shape">Its axes, outermost first: a size, or a name for a size that the host chooses, the same wherever the name
/// stands.</param>
/// <param name="Meaning">What it is, and in which units.</param>
public sealed record PortDescription(string Name, string Type, IReadOnlyList<string> Shape, string Meaning)
{
    /// <summary>What each position of the last axis is of, such as the columns of a table; null where the meaning says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Columns { get; init; }
}
