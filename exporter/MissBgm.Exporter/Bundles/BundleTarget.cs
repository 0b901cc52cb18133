using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Files;

namespace MissBgm.Exporter.Bundles;

/// <summary>Where a bundle is written to: everything goes to a temporary sibling first, which is renamed into place when it is complete.</summary>
internal static class BundleTarget
{
    /// <summary>A folder's model card: it is written by hand, so it outlives the bundle beside it.</summary>
    private const string Card = "README.md";

    private static readonly DateTimeOffset ZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Lets <paramref name="fill"/> write a new folder, then puts it, or a zip of it, in place of what is at <paramref name="path"/>.</summary>
    /// <exception cref="UserInputException">The path holds something that is not a bundle, or cannot be written.</exception>
    public static void Replace(string path, Action<OutputFolder> fill)
    {
        RequireReplaceable(path);
        var target = FullPath(path);
        try
        {
            OutputFolder.Replace(path, Fill, IsZip(target) ? (folder, file) => Zip(folder, file, target) : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{path}: the bundle cannot be written there ({exception.Message.TrimEnd('.')}). What was there is untouched. "
                + "Give --out a place you may write to.", exception);
        }

        void Fill(OutputFolder folder)
        {
            fill(folder);
            var card = Path.Combine(target, Card);
            if (File.Exists(card)) folder.Write(Card, stream => stream.Write(File.ReadAllBytes(card)));
        }
    }

    /// <summary>The files of a folder.</summary>
    public static BundleListing List(OutputFolder folder)
    {
        var (hashes, sizes) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, long>(StringComparer.Ordinal));
        foreach (var file in folder.Files)
        {
            using var stream = File.OpenRead(file);
            hashes.Add(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(stream)));
            sizes.Add(Path.GetFileName(file), stream.Length);
        }

        return new BundleListing(hashes, sizes);
    }

    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static bool IsZip(string target) => string.Equals(Path.GetExtension(target), ".zip", StringComparison.OrdinalIgnoreCase);

    // Files in order of name and with one date, so that the same bundle gives the same bytes.
    private static void Zip(OutputFolder folder, Stream file, string target)
    {
        if (folder.Files.FirstOrDefault(source => Path.GetExtension(source) == ".data") is { } weights)
        {
            throw new UserInputException(
                $"{target}: {Path.GetFileNameWithoutExtension(weights)} has more than 2 GB of weights, which hosts read from a "
                + "file on disk; write the bundle as a folder.");
        }

        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var source in folder.Files)
        {
            var entry = archive.CreateEntry(Path.GetFileName(source));
            entry.LastWriteTime = ZipTime;
            using var from = File.OpenRead(source);
            using var to = entry.Open();
            from.CopyTo(to);
        }
    }

    /// <summary>Refuses a path that holds something other than a bundle.</summary>
    /// <exception cref="UserInputException">Replacing what is at the path would lose something.</exception>
    public static void RequireReplaceable(string path)
    {
        var target = FullPath(path);
        if (IsZip(target) ? Directory.Exists(target) : File.Exists(target))
        {
            throw new UserInputException(
                $"{target} exists and is a {(IsZip(target) ? "folder" : "file")}; a bundle is not written over it. Choose another path.");
        }

        if (IsZip(target) && File.Exists(target)) RequireBundle(target, ZipEntries(target));
        else if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()) RequireBundle(target, FolderEntries(target));
    }

    // Nothing but a bundle's own files may be lost by replacing it.
    private static void RequireBundle(string target, (string? Manifest, IReadOnlyList<string> Names) content)
    {
        var own = Files(content.Manifest)
            ?? throw new UserInputException(
                $"{target} exists and is not a bundle, so it is not replaced. Choose another path, or remove it first.");
        if (content.Names.FirstOrDefault(name => name != Card && !own.Contains(name)) is { } foreign)
        {
            throw new UserInputException(
                $"{target} holds '{foreign}', which does not belong to the bundle there, so it is not replaced. Move that file "
                + "away, or choose another path.");
        }
    }

    private static HashSet<string>? Files(string? manifest)
    {
        try
        {
            if (manifest is null) return null;
            using var document = JsonDocument.Parse(manifest);
            return [Manifest.FileName, .. document.RootElement.GetProperty("files").EnumerateObject().Select(file => file.Name)];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (string? Manifest, IReadOnlyList<string> Names) FolderEntries(string folder)
    {
        var manifest = Path.Combine(folder, Manifest.FileName);
        return (
            File.Exists(manifest) ? File.ReadAllText(manifest) : null,
            [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!)]);
    }

    private static (string? Manifest, IReadOnlyList<string> Names) ZipEntries(string file)
    {
        try
        {
            using var archive = ZipFile.OpenRead(file);
            if (archive.GetEntry(Manifest.FileName) is not { } entry) return (null, []);
            using var reader = new StreamReader(entry.Open());
            return (reader.ReadToEnd(), [.. archive.Entries.Select(item => item.FullName)]);
        }
        catch (InvalidDataException)
        {
            return (null, []);
        }
    }
}
