using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies.Bounds;

/// <summary>A real table, at most 500 of its rows, with cells missing by nature or hidden at random.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="IsComplete">Whether cells are to be hidden.</param>
internal sealed record BoundsTable(string Name, string Path, bool IsComplete)
{
    private const int MostRows = 500;
    private const double HiddenShare = 0.25;

    /// <summary>All tables there are; none where their folder is not beside the repository.</summary>
    public static IReadOnlyList<BoundsTable> All { get; } = [.. From("native_missing", false), .. From("complete", true)];

    /// <summary>Writes the table into a folder; returns its path.</summary>
    public string Write(string folder)
    {
        var lines = File.ReadLines(Path).Take(MostRows + 1).ToArray();
        for (var row = 1; row < lines.Length && IsComplete; row++)
        {
            // These tables quote nothing.
            var cells = lines[row].Split(',');
            var uniforms = new float[cells.Length];
            new Philox(1).Uniforms(uniforms, RandomPurpose.Simulation, 0, row, 0);
            lines[row] = string.Join(',', cells.Select((cell, c) => uniforms[c] < HiddenShare && uniforms.Any(u => u >= HiddenShare) ? "" : cell));
        }

        var path = System.IO.Path.Combine(folder, Name + ".csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    private static IEnumerable<BoundsTable> From(string name, bool isComplete) =>
        Repository.Path("..", "shared", "data", "real", name) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)
            .Select(path => new BoundsTable(System.IO.Path.GetFileNameWithoutExtension(path), path, isComplete))
        : [];
}
