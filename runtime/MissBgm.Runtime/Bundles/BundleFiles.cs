using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace MissBgm.Runtime.Bundles;

/// <summary>The files of a bundle of whatever kind, in a folder or in one .zip of it; each is read when it is first asked for.</summary>
internal sealed class BundleFiles
{
    /// <summary>What a graph's name ends in when its weights, which do not fit into it, stand in a file beside it.</summary>
    private const string WeightsSuffix = ".onnx.data";

    private readonly string _path;
    private readonly Dictionary<string, Lazy<byte[]>> _files;

    private BundleFiles(string path, Dictionary<string, Lazy<byte[]>> files) => (_path, _files, Kind) = (path, files, ReadKind(path, files));

    /// <summary>What the manifest says the bundle is.</summary>
    public string Kind { get; }

    /// <summary>Lists the files and reads the manifest.</summary>
    /// <exception cref="BundleException">There is no bundle, it has no manifest, or the manifest is damaged or of an unknown format.</exception>
    public static BundleFiles Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            return new(path, Directory.EnumerateFiles(path).ToDictionary(file => Path.GetFileName(file), file => new Lazy<byte[]>(() => File.ReadAllBytes(file)), StringComparer.Ordinal));
        }

        if (!File.Exists(path)) throw new BundleException($"{path}: there is no such bundle; name a folder or a .zip file that missbgm-train wrote.");
        return new(path, ReadZip(path));
    }

    /// <summary>A file's bytes.</summary>
    /// <exception cref="BundleException">There is no such file.</exception>
    public byte[] Get(string name) =>
        _files.TryGetValue(name, out var bytes) ? bytes.Value : throw new BundleException($"{_path} has no {name}; export the bundle again with this version.");

    /// <summary>A graph to be run.</summary>
    /// <exception cref="BundleException">There is no such file.</exception>
    public GraphSource Graph(string name) => new(name, Get(name), _files.ContainsKey(Path.ChangeExtension(name, WeightsSuffix)) ? Path.GetFullPath(Path.Combine(_path, name)) : null);

    /// <summary>A file's size in bytes.</summary>
    public long Size(string name) => IsWeights(name) ? new FileInfo(Path.Combine(_path, name)).Length : Get(name).Length;

    /// <summary>Checks each listed file against its hash, and that all required files are listed.</summary>
    /// <exception cref="BundleException">A file is missing, altered or not listed.</exception>
    public void Check(IReadOnlyDictionary<string, string> hashes, IReadOnlyList<string> required)
    {
        foreach (var (name, hash) in hashes)
        {
            if (!_files.ContainsKey(name)) throw new BundleException($"{_path} lacks {name}, which its {Manifest.FileName} lists; copy the bundle again.");
            if (!Hash(name).Equals(hash, StringComparison.Ordinal))
            {
                throw new BundleException($"{_path}: {name} is truncated or altered (its SHA-256 is not the one in {Manifest.FileName}); copy or export the bundle again.");
            }
        }

        if (required.FirstOrDefault(name => !hashes.ContainsKey(name)) is { } unlisted)
        {
            throw new BundleException($"{_path}: {Manifest.FileName} does not list {unlisted}, which a {Kind} bundle must have; export it again.");
        }
    }

    private static bool IsWeights(string name) => name.EndsWith(WeightsSuffix, StringComparison.Ordinal);

    private string Hash(string name)
    {
        if (!IsWeights(name)) return Convert.ToHexStringLower(SHA256.HashData(Get(name)));
        using var stream = File.OpenRead(Path.Combine(_path, name));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static Dictionary<string, Lazy<byte[]>> ReadZip(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.Entries.FirstOrDefault(entry => IsWeights(entry.Name)) is { } weights)
            {
                throw new BundleException($"{path} holds {weights.Name}, weights too large for a graph's own file, which ONNX Runtime reads from disk; unpack the archive and name the folder.");
            }

            // Entries may stand in a folder of their own within the archive.
            return zip.Entries.Where(entry => entry.Name.Length > 0).ToDictionary(entry => entry.Name, entry => new Lazy<byte[]>(() => ReadEntry(path, entry.FullName)), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or EndOfStreamException)
        {
            throw NotWhole(path, e);
        }
    }

    private static byte[] ReadEntry(string path, string name)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            using var stream = zip.GetEntry(name)!.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw NotWhole(path, e);
        }
    }

    private static BundleException NotWhole(string path, Exception e) => new($"{path} is not a folder, and not a whole .zip file: {e.Message}", e);

    private static string ReadKind(string path, Dictionary<string, Lazy<byte[]>> files)
    {
        if (!files.TryGetValue(Manifest.FileName, out var json)) throw new BundleException($"{path} has no {Manifest.FileName}: it is not a bundle, or not all of one.");
        try
        {
            using var document = JsonDocument.Parse(json.Value);
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
}

/// <summary>A graph of a bundle as a session takes it.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Bytes">Its file's bytes.</param>
/// <param name="Path">Its file's path, if its weights stand in a file beside it, which ONNX Runtime finds by that; null if they stand within.</param>
internal sealed record GraphSource(string Name, byte[] Bytes, string? Path);
