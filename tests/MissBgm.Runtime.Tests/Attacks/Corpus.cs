using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>The attacks that are data: files of <c>tests/attacks</c>.</summary>
internal static class Corpus
{
    /// <summary>Lines of a file of tab-separated values, its header left out.</summary>
    internal static IEnumerable<string[]> Lines(string name) =>
        File.ReadLines(Path(name)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'));

    /// <summary>A file's path.</summary>
    internal static string Path(string name) => Checkout.PathOf("tests", "attacks", name);

    /// <summary>The path of a file the fuzzers start from.</summary>
    internal static string Seed(string name) => Checkout.PathOf("tests", "fuzz", "corpus", name);
}
