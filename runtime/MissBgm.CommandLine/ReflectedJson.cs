using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MissBgm.CommandLine;

/// <summary>Results as JSON by reflection, for programs that are not compiled ahead of time.</summary>
[RequiresUnreferencedCode(Why)]
[RequiresDynamicCode(Why)]
internal static class ReflectedJson
{
    /// <summary>Why such a program has to give the generated type.</summary>
    internal const string Why = "Properties are found by reflection.";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The text of a value.</summary>
    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);
}
