using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// Of which format a manifest is, and so how it is read: one of this format or an older minor one strictly, so that a misspelt or foreign
/// member is found; one
/// of a newer minor format without what is not known of it; one of another major format not at all.
/// </summary>
internal sealed class ManifestFormat
{
    private readonly string _name;
    private readonly int _minor;
    private readonly string? _toolVersion;

    private ManifestFormat(string name, string kind, int minor, string? toolVersion) => (_name, Kind, _minor, _toolVersion) = (name, kind, minor, toolVersion);

    /// <summary>What the manifest says the bundle is.</summary>
    internal string Kind { get; }

    /// <summary>What is to be told of a newer minor format; null of others.</summary>
    internal string? Note => IsNewer
        ? $"{_name} is of format {Manifest.CurrentFormatVersion}.{_minor}, and this version knows "
            + $"{Manifest.CurrentFormatVersion}.{Manifest.CurrentFormatMinor}: what is new in it was passed over."
        : null;

    private bool IsNewer => _minor > Manifest.CurrentFormatMinor;

    /// <summary>Reads the format's version and the kind.</summary>
    /// <param name="manifest">The manifest's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="BundleException">It is no manifest, or of another major format.</exception>
    internal static ManifestFormat Read(byte[] manifest, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(manifest);
            var root = document.RootElement;
            var version = root.GetProperty("format_version").GetInt32();
            if (version != Manifest.CurrentFormatVersion)
            {
                var way = version > Manifest.CurrentFormatVersion
                    ? "Use the newer missbgm that wrote it."
                    : "Use the missbgm that fits it, or export the bundle again.";
                throw new BundleException(
                    $"{name} is of format {version}; this version reads format {Manifest.CurrentFormatVersion}. {way}");
            }

            var minor = root.TryGetProperty("format_minor", out var given) ? given.GetInt32() : 0;
            if (minor < 0) throw new FormatException($"format_minor is {minor}; allowed is 0 or more");
            var kind = root.GetProperty("kind").GetString() ?? "";
            var tool = root.TryGetProperty("tool_version", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString() : null;
            return new ManifestFormat(name, kind, minor, tool);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BundleException($"{name} is truncated or altered: {e.Message}", e);
        }
    }

    /// <summary>Reads the whole manifest, as one of its kinds.</summary>
    /// <param name="manifest">The manifest's bytes.</param>
    /// <param name="types">The kind's generated metadata.</param>
    /// <exception cref="BundleException">It is not one; the message says where.</exception>
    internal T Parse<T>(byte[] manifest, IJsonTypeInfoResolver types)
    {
        try
        {
            return JsonSerializer.Deserialize(manifest, (JsonTypeInfo<T>)ManifestJson.Options(types, IsNewer).GetTypeInfo(typeof(T)))!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new BundleException(
                IsOfNewerProgram()
                    ? $"{_name} was written by version {_toolVersion}, and this version ({OwnVersion}) cannot read it: {e.Message} "
                        + "Use the newer version, or export the bundle with this one."
                    : $"{_name} is truncated or altered: {e.Message}",
                e);
        }
    }

    private static Version OwnVersion =>
        typeof(ManifestFormat).Assembly.GetName().Version is { } own ? new Version(own.Major, own.Minor, own.Build) : new Version(0, 0, 0);

    private bool IsOfNewerProgram() => IsNewer || (Version.TryParse(_toolVersion?.Split('-', '+')[0], out var written) && written > OwnVersion);
}
