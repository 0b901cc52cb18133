using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>A fitted model as training hands it over: a folder, or one .zip of it, whose files have been checked against the manifest's hashes.</summary>
public sealed class Bundle
{
    private readonly Dictionary<string, byte[]> _files;

    private Bundle(string path, Manifest manifest, Dictionary<string, byte[]> files)
    {
        Path = path;
        Manifest = manifest;
        _files = files;
        Schema = new TableSchema(manifest.Columns);
        FittedRows = files.TryGetValue(FittedRows.FileName, out var rows) ? FittedRows.Read(rows, $"{path}: {FittedRows.FileName}") : null;
    }

    /// <summary>Where the bundle was loaded from.</summary>
    public string Path { get; }

    /// <summary>The bundle's description of itself.</summary>
    public Manifest Manifest { get; }

    /// <summary>The training table's columns and their scaling.</summary>
    public TableSchema Schema { get; }

    /// <summary>Where the fit left the training rows; null when the bundle was exported without.</summary>
    public FittedRows? FittedRows { get; }

    /// <summary>Bytes of each file but the manifest, by name.</summary>
    public IReadOnlyDictionary<string, long> Sizes => _files.ToDictionary(f => f.Key, f => (long)f.Value.Length, StringComparer.Ordinal);

    /// <summary>Loads and checks a bundle.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">The bundle or one of its files is missing, truncated, altered or of an unknown format; the message names it.</exception>
    public static Bundle Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var files = ReadFiles(path);
        if (!files.Remove(Manifest.FileName, out var json))
        {
            throw new BundleException($"{path} has no {Manifest.FileName}: it is not a bundle, or not all of one.");
        }

        var manifest = ParseManifest(path, json);
        foreach (var (name, hash) in manifest.Files) CheckFile(path, name, hash, files);
        foreach (var name in GraphFiles.Required.Where(name => !manifest.Files.ContainsKey(name)))
        {
            throw new BundleException($"{path}: {Manifest.FileName} does not list {name}, which a {manifest.Kind} bundle must have; export it again.");
        }

        return new Bundle(path, manifest, manifest.Files.Keys.ToDictionary(name => name, name => files[name], StringComparer.Ordinal));
    }

    /// <summary>Whether the bundle has a file.</summary>
    internal bool Has(string name) => _files.ContainsKey(name);

    /// <summary>A file's bytes.</summary>
    internal byte[] File(string name) =>
        _files.TryGetValue(name, out var bytes) ? bytes : throw new BundleException($"{Path} has no {name}; export the bundle again with this version.");

    private static Dictionary<string, byte[]> ReadFiles(string path)
    {
        if (Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path).ToDictionary(file => System.IO.Path.GetFileName(file), System.IO.File.ReadAllBytes, StringComparer.Ordinal);
        }

        if (!System.IO.File.Exists(path)) throw new BundleException($"{path}: there is no such bundle; name a folder or a .zip file that missbgm-train wrote.");
        try
        {
            using var zip = ZipFile.OpenRead(path);
            // Entries may stand in a folder of their own within the archive.
            return zip.Entries.Where(entry => entry.Name.Length > 0).ToDictionary(entry => entry.Name, ReadEntry, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or EndOfStreamException)
        {
            throw new BundleException($"{path} is not a folder, and not a whole .zip file: {e.Message}", e);
        }
    }

    private static byte[] ReadEntry(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static Manifest ParseManifest(string path, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var version = document.RootElement.GetProperty("format_version").GetInt32();
            if (version != Manifest.CurrentFormatVersion)
            {
                throw new BundleException($"{path}: {Manifest.FileName} is of format {version}; this version reads format {Manifest.CurrentFormatVersion}. Use the missbgm that fits it, or export the bundle again.");
            }

            var kind = document.RootElement.GetProperty("kind").GetString();
            if (kind != Manifest.MissBgmKind) throw new BundleException($"{path} is a bundle of kind '{kind}'; imputation with this command needs kind '{Manifest.MissBgmKind}'.");
            return document.Deserialize<Manifest>(Manifest.Json)!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BundleException($"{path}: {Manifest.FileName} is truncated or altered: {e.Message}", e);
        }
    }

    private static void CheckFile(string path, string name, string hash, Dictionary<string, byte[]> files)
    {
        if (!files.TryGetValue(name, out var bytes)) throw new BundleException($"{path} lacks {name}, which its {Manifest.FileName} lists; copy the bundle again.");
        if (!Convert.ToHexStringLower(SHA256.HashData(bytes)).Equals(hash, StringComparison.Ordinal))
        {
            throw new BundleException($"{path}: {name} is truncated or altered (its SHA-256 is not the one in {Manifest.FileName}); copy or export the bundle again.");
        }
    }
}
