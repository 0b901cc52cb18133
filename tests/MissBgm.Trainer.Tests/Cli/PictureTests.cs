using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>The README's pictures, drawn anew by the command that drew them.</summary>
[Collection("live tensors")]
public sealed partial class PictureTests : IDisposable
{
    // Equal to the last digit on one processor; on another, products of matrices round otherwise and draws differ a little.
    private const double MeanPixels = 2;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_of_the_README_are_what_the_command_draws()
    {
        Draw();
        string[] Names(string folder) => [.. Directory.GetFiles(folder, "*.svg").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(Names(RepositoryFiles.PathOf("docs", "pictures")), Names(_folder.Root));
        Assert.All(
            Names(_folder.Root),
            name => AssertAlike(
                XElement.Load(RepositoryFiles.PathOf("docs", "pictures", name)), XElement.Load(_folder.PathOf(name)), name));
        var readme = File.ReadAllText(RepositoryFiles.PathOf("README.md"));
        Assert.All(Names(_folder.Root), name => Assert.Contains($"docs/pictures/{name}", readme, StringComparison.Ordinal));
    }

    private void Draw()
    {
        var start = new ProcessStartInfo(RepositoryFiles.PathOf("docs", "pictures", "draw"), [_folder.Root])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MISSBGM"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "missbgm.dll")}";
        start.Environment["MISSBGM_TRAIN"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "missbgm-train.dll")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
    }

    private static void AssertAlike(XElement committed, XElement drawn, string name)
    {
        Assert.Equal(Texts(committed), Texts(drawn));
        Assert.Equal(committed.Descendants().Select(e => e.Name.LocalName), drawn.Descendants().Select(e => e.Name.LocalName));
        var (was, now) = (Coordinates(committed), Coordinates(drawn));
        Assert.Equal(was.Length, now.Length);
        var apart = was.Zip(now, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(apart <= MeanPixels, $"{name}: marks lie {apart:0.00} pixels from the committed ones on average; docs/pictures/draw draws them anew.");
    }

    private static string[] Texts(XElement svg) => [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static double[] Coordinates(XElement svg) =>
    [
        .. svg.Descendants().Where(e => e.Name.LocalName is "polyline" or "polygon" or "path" or "rect" or "ellipse" or "circle")
            .SelectMany(e => e.Attributes())
            .Where(a => a.Name.LocalName is "points" or "d" or "x" or "y" or "width" or "height" or "cx" or "cy")
            .SelectMany(a => Number().Matches(a.Value)).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)),
    ];

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();
}
