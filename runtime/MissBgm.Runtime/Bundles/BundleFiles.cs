using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace MissBgm.Runtime.Bundles;

/// <summary>The files of a bundle of whatever kind, read from a folder or from one .zip of it.</summary>
internal sealed class BundleFiles
{
    private readonly string _path;
    private readonly Dictionary<string, byte[]> _files;

    private BundleFiles(string path, Dictionary<string, byte[]> files) => (_path, _files, Kind) = (path, files, ReadKind(path, files));

    /// <summary>What the manifest says the bundle is.</summary>
    public string Kind { get; }

    /// <summary>Reads all files.</summary>
    /// <exception cref="BundleException">There is no bundle, it has no manifest, or the manifest is damaged or of an unknown format.</exception>
    public static BundleFiles Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            return new(path, Directory.EnumerateFiles(path).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal));
        }

        if (!File.Exists(path)) throw new BundleException($"{path}: there is no such bundle; name a folder or a .zip file that missbgm-train wrote.");
        try
        {
            using var zip = ZipFile.OpenRead(path);
            // Entries may stand in a folder of their own within the archive.
            return new(path, zip.Entries.Where(entry => entry.Name.Length > 0).ToDictionary(entry => entry.Name, ReadEntry, StringComparer.Ordinal));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or EndOfStreamException)
        {
            throw new BundleException($"{path} is not a folder, and not a whole .zip file: {e.Message}", e);
        }
    }

    /// <summary>A file's bytes.</summary>
    /// <exception cref="BundleException">There is no such file.</exception>
    public byte[] Get(string name) =>
        _files.TryGetValue(name, out var bytes) ? bytes : throw new BundleException($"{_path} has no {name}; export the bundle again with this version.");

    /// <summary>Checks each listed file against its hash, and that all required files are listed.</summary>
    /// <exception cref="BundleException">A file is missing, altered or not listed.</exception>
    public void Check(IReadOnlyDictionary<string, string> hashes, IReadOnlyList<string> required)
    {
        foreach (var (name, hash) in hashes)
        {
            if (!_files.TryGetValue(name, out var bytes)) throw new BundleException($"{_path} lacks {name}, which its {Manifest.FileName} lists; copy the bundle again.");
            if (!Convert.ToHexStringLower(SHA256.HashData(bytes)).Equals(hash, StringComparison.Ordinal))
            {
                throw new BundleException($"{_path}: {name} is truncated or altered (its SHA-256 is not the one in {Manifest.FileName}); copy or export the bundle again.");
            }
        }

        if (required.FirstOrDefault(name => !hashes.ContainsKey(name)) is { } unlisted)
        {
            throw new BundleException($"{_path}: {Manifest.FileName} does not list {unlisted}, which a {Kind} bundle must have; export it again.");
        }
    }

    private static string ReadKind(string path, Dictionary<string, byte[]> files)
    {
        if (!files.TryGetValue(Manifest.FileName, out var json)) throw new BundleException($"{path} has no {Manifest.FileName}: it is not a bundle, or not all of one.");
        try
        {
            using var document = JsonDocument.Parse(json);
            var version = document.RootElement.GetProperty("format_version").GetInt32();
            if (version != Manifest.CurrentFormatVersion)
            {
                throw new BundleException($"{path}: {Manifest.FileName} is of format {version}; this version reads format {Manifest.CurrentFormatVersion}. Use the missbgm that fits it, or export the bundle again.");
            }

            return document.RootElement.GetProperty("kind").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BundleException($"{path}: {Manifest.FileName} is truncated or altered: {e.Message}", e);
        }
    }

    private static byte[] ReadEntry(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
