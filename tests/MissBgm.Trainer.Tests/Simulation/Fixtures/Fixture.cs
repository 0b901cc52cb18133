using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MissBgm.Trainer.Tests.Simulation;

/// <summary>Where the tests' reference data stand, and hashes to compare with them.</summary>
internal static class Fixture
{
    internal static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Simulation", "Fixtures", name);

    /// <summary>A folder of the repository, or of the data beside it; null where it is absent.</summary>
    internal static string? FindUpwards(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, relative);
            if (Directory.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>The benchmark's arrays by their place under shared/data: SHA-256 of the row-major values.</summary>
    internal static IReadOnlyDictionary<string, string> BenchmarkHashes { get; } =
        File.ReadLines(Path("benchmark_arrays.csv")).Skip(1).Select(line => line.Split(',')).ToDictionary(f => f[0], f => f[1]);

    internal static string Hash<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)));
}
