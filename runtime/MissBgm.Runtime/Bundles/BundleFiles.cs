using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// The files of a bundle of whatever kind, in a folder or in one .zip of it; each is read when it is first asked for, and none that is not
/// asked for.
/// </summary>
internal sealed class BundleFiles
{
    /// <summary>Follows the name of a graph whose weights, which do not fit into it, stand in a file beside it.</summary>
    private const string WeightsSuffix = ".data";

    /// <summary>Bytes of a manifest at most: of a hundred thousand columns it has some thirty million.</summary>
    private const long MostManifestBytes = 64L << 20;

    private readonly string _path;
    private readonly Dictionary<string, StoredFile> _files;
    private readonly Dictionary<string, Lazy<byte[]>> _bytes;
    private readonly ManifestFormat _format;
    private HashSet<string> _listed = [];

    private BundleFiles(string path, IEnumerable<StoredFile> files)
    {
        _path = path;
        _files = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        _bytes = _files.ToDictionary(
            file => file.Key, file => new Lazy<byte[]>(
                () => file.Value.Read(file.Key == Manifest.FileName ? MostManifestBytes : long.MaxValue)), StringComparer.Ordinal);
        if (!_files.ContainsKey(Manifest.FileName)) throw new BundleException($"{path} has no {Manifest.FileName}: it is not a bundle, or not all of one.");
        _format = ManifestFormat.Read(Get(Manifest.FileName), $"{path}: {Manifest.FileName}");
    }

    /// <summary>What the manifest says the bundle is.</summary>
    public string Kind => _format.Kind;

    /// <summary>What is to be told of a manifest of a newer minor format; null of others.</summary>
    public string? Note => _format.Note;

    /// <summary>Lists the files and reads the manifest.</summary>
    /// <exception cref="BundleException">There is no bundle, it has no manifest, or the manifest is damaged or of an unknown
    /// format.</exception>
    public static BundleFiles Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var kind = path.Contains('\0', StringComparison.Ordinal) ? PathKind.Nothing : Posix.Kind(path);
        if (kind == PathKind.Nothing) throw new BundleException($"{path}: there is no such bundle; name a folder or a .zip file that missbgm-train wrote.");
        try
        {
            if (kind == PathKind.Folder) return new(path, StoredFile.InFolder(path));
            StoredFile.RequireRegular(path);
            return new(path, StoredFile.InZip(path));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BundleException($"{path} is not a folder, and not a whole .zip file: {e.Message}", e);
        }
    }

    /// <summary>A file's bytes.</summary>
    /// <exception cref="BundleException">There is no such file, or it cannot be read.</exception>
    public byte[] Get(string name) =>
        _bytes.TryGetValue(name, out var bytes) ? bytes.Value : throw new BundleException($"{_path} has no {name}; export the bundle again with this version.");

    /// <summary>A graph to be run; its weights may stand in a file beside it, if the manifest lists that.</summary>
    /// <exception cref="BundleException">There is no such file.</exception>
    public GraphSource Graph(string name) => new(name, Get(name), _listed.Contains(name + WeightsSuffix) ? Path.GetFullPath(Path.Combine(_path, name)) : null);

    /// <summary>A file's size in bytes.</summary>
    public long Size(string name) => IsWeights(name) ? _files[name].Length() : Get(name).Length;

    /// <summary>Checks each listed file against its size and its hash, and that all required files are listed.</summary>
    /// <param name="hashes">Lower-case hexadecimal SHA-256 by name.</param>
    /// <param name="sizes">Bytes by name; empty in bundles of earlier versions.</param>
    /// <param name="required">Names.</param>
    /// <exception cref="BundleException">A file is missing, altered or not listed.</exception>
    public void Check(IReadOnlyDictionary<string, string> hashes, IReadOnlyDictionary<string, long> sizes, IReadOnlyList<string> required)
    {
        foreach (var (name, hash) in hashes)
        {
            if (!_files.TryGetValue(name, out var file))
            {
                throw new BundleException($"{_path} lacks {name}, which its {Manifest.FileName} lists; copy the bundle again.");
            }
            if (IsWeights(name) && Directory.Exists(_path) is false)
            {
                throw new BundleException(
                    $"{_path} holds {name}, weights too large for a graph's own file, which ONNX Runtime reads from disk; unpack "
                    + "the archive and name the folder.");
            }

            if ((sizes.TryGetValue(name, out var size) && size != file.Length()) || Hash(name) != hash)
            {
                throw new BundleException(
                    $"{_path}: {name} is truncated or altered (its size or SHA-256 is not the one in {Manifest.FileName}); copy or "
                    + "export the bundle again.");
            }
        }

        if (required.FirstOrDefault(name => !hashes.ContainsKey(name)) is { } unlisted)
        {
            throw new BundleException($"{_path}: {Manifest.FileName} does not list {unlisted}, which a {Kind} bundle must have; export it again.");
        }

        _listed = [.. hashes.Keys];
    }

    /// <summary>The manifest, as one of its kinds.</summary>
    /// <exception cref="BundleException">It is not one; the message says where.</exception>
    public T ReadManifest<T>(IJsonTypeInfoResolver types) => _format.Parse<T>(Get(Manifest.FileName), types);

    private static bool IsWeights(string name) => name.EndsWith(".onnx" + WeightsSuffix, StringComparison.Ordinal);

    private string Hash(string name) => IsWeights(name) ? _files[name].Hash() : Convert.ToHexStringLower(SHA256.HashData(Get(name)));
}

/// <summary>A graph of a bundle as a session takes it.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Bytes">Its file's bytes.</param>
/// <param name="Path">Its file's path, if its weights stand in a file beside it, which ONNX Runtime finds by that; null if they stand
/// within.</param>
internal sealed record GraphSource(string Name, byte[] Bytes, string? Path);
