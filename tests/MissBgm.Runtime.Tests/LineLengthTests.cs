using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests;

/// <summary>Lines that a reader can take in: some 140 characters, and never more than 160, texts over several lines aside.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 160;

    [Fact]
    public void No_line_of_the_sources_is_too_long_to_read()
    {
        var faults = Faults(Checkout.PathOf("."));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_and_built_files_and_texts_over_several_lines_are_passed_over()
    {
        var root = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
        try
        {
            var line = new string('x', Longest);
            Directory.CreateDirectory(Path.Combine(root, "room", "obj"));
            File.WriteAllLines(Path.Combine(root, "room", "A.cs"), [line, "\"\"\"", line + "x", "\"\"\";", line + "x"]);
            File.WriteAllLines(Path.Combine(root, "room", "obj", "B.cs"), [line + "x"]);
            Assert.Equal(["room/A.cs, line 5: 161 characters, and 160 are allowed"], Faults(root));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static IReadOnlyList<string> Faults(string root) =>
    [
        .. from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(root, path).Replace('\\', '/')
           where !name.Split('/').Any(folder => folder is "bin" or "obj" or "node_modules")
           orderby name
           from line in TooLong(File.ReadLines(path))
           select $"{name}, line {line.Number}: {line.Length} characters, and {Longest} are allowed",
    ];

    private static IEnumerable<(int Number, int Length)> TooLong(IEnumerable<string> lines)
    {
        var withinText = false;
        foreach (var (i, line) in lines.Index())
        {
            if (line.Split("\"\"\"").Length % 2 == 0) withinText = !withinText;
            else if (!withinText && line.Length > Longest) yield return (i + 1, line.Length);
        }
    }
}
