using System.Text.Json;

namespace MissBgm.Runtime.Models;

/// <summary>What a bundle holds, to be shown to a person.</summary>
/// <param name="Manifest">The bundle's manifest, with what follows from it.</param>
/// <param name="Overview">Names and values.</param>
/// <param name="Tables">What does not fit a line.</param>
public sealed record ModelDescription(
    JsonElement Manifest, IReadOnlyList<(string Name, string Value)> Overview, IReadOnlyList<DescriptionTable> Tables);

/// <summary>A table of a description.</summary>
/// <param name="Title">What it shows; null where its header says it.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">Rows of as many texts.</param>
public sealed record DescriptionTable(string? Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows);
