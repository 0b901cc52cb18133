using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// How manifests are read: by generated code, so that a program that was trimmed or compiled ahead of time reads them too. Snake_case,
/// enumerations by name; unknown members, members that come twice and nulls where none belongs are refused.
/// </summary>
internal static class ManifestJson
{
    /// <summary>The options with a kind's generated metadata.</summary>
    /// <param name="types">The generated metadata.</param>
    /// <param name="newer">Whether the manifest is of a newer minor format: members that are not known are passed over.</param>
    internal static JsonSerializerOptions Options(IJsonTypeInfoResolver types, bool newer) => new()
    {
        TypeInfoResolver = types,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = newer ? JsonUnmappedMemberHandling.Skip : JsonUnmappedMemberHandling.Disallow,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Converters =
        {
            ByName<Mechanism>(), ByName<SamplerKind>(), ByName<ColumnType>(), ByName<ColumnRole>(), ByName<CarriedReason>(),
            ByName<MarginalScale>(), ByName<MaskVerdict>(),
        },
    };

    /// <summary>A manifest to be shown, with what follows from its members.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="types">Its generated metadata.</param>
    internal static JsonElement Shown<T>(T manifest, IJsonTypeInfoResolver types)
    {
        var options = new JsonSerializerOptions(Options(types, newer: false)) { IgnoreReadOnlyProperties = false };
        return JsonSerializer.SerializeToElement(manifest, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }

    private static JsonStringEnumConverter<T> ByName<T>()
        where T : struct, Enum => new(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
}

/// <summary>Generated metadata of <see cref="Manifest"/>.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestTypes : JsonSerializerContext;
