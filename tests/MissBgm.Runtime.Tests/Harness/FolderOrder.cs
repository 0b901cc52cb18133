using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>Reads from a room's sources whether its folders refer downwards only.</summary>
internal static partial class FolderOrder
{
    /// <summary>References from a folder to one above it, or to one beside it.</summary>
    /// <param name="room">The room's folder, whose namespaces are its folders'.</param>
    /// <param name="root">The namespace of the room.</param>
    /// <param name="levels">The folders from the bottom up; those of one level do not know each other.</param>
    internal static IReadOnlyList<string> Faults(string room, string root, string[][] levels)
    {
        var level = levels.SelectMany((folders, i) => folders.Select(folder => (folder, i)))
            .ToDictionary(pair => pair.folder, pair => pair.i, StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var file in Directory.EnumerateFiles(room, "*.cs", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(room, file).Replace('\\', '/');
            if (path.StartsWith("obj/", StringComparison.Ordinal) || path.StartsWith("bin/", StringComparison.Ordinal)
                || !path.Contains('/', StringComparison.Ordinal))
            {
                continue;
            }
            var folder = path[..path.LastIndexOf('/')];
            if (Place(folder) is not { } own)
            {
                faults.Add($"{path}: the folder {folder} has no place in the order");
                continue;
            }

            var folders = Namespaces(File.ReadAllText(file), root).Select(Place).OfType<string>().Distinct();
            foreach (var used in folders.Where(used => used != own && level[used] >= level[own]))
            {
                faults.Add($"{path} refers to {used}, which stands {(level[used] > level[own] ? "above" : "beside")} it");
            }
        }

        return faults;

        // A folder within a folder of the order stands where that does, if it has no place of its own.
        string? Place(string folder) =>
            level.ContainsKey(folder) ? folder : folder.LastIndexOf('/') is > 0 and var end ? Place(folder[..end]) : null;
    }

    /// <summary>Folders of the order that are not there, or of which CONTRIBUTING.md does not say what lives in them.</summary>
    /// <param name="room">The room's folder, two below the repository's.</param>
    /// <param name="levels">The folders.</param>
    internal static IReadOnlyList<string> Unexplained(string room, string[][] levels)
    {
        var guide = File.ReadAllText(Path.Combine(room, "..", "..", "CONTRIBUTING.md"));
        return
        [
            .. from folder in levels.SelectMany(folders => folders)
                where !Directory.Exists(Path.Combine(room, folder)) || !guide.Contains($"`{folder}`", StringComparison.Ordinal)
                select folder,
        ];
    }

    // Namespaces of the room that a source names, as folders: in using directives, and before a type's name.
    private static IEnumerable<string> Namespaces(string source, string root)
    {
        foreach (Match match in Using().Matches(source))
        {
            if (match.Groups[1].Value.StartsWith(root + ".", StringComparison.Ordinal))
            {
                yield return match.Groups[1].Value[(root.Length + 1)..].Replace('.', '/');
            }
        }

        foreach (Match match in Qualified().Matches(Comment().Replace(source, "")))
        {
            var names = match.Value.Split('.');
            for (var parts = 1; parts < names.Length; parts++) yield return string.Join('/', names[..parts]);
        }
    }

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<![\w.""])(?:[A-Z]\w+\.)+[A-Z]\w+")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"//.*|""[^""\n]*""")]
    private static partial Regex Comment();
}
