using System.Text.Json.Nodes;
using MissBgm.Fuzz;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>The fuzzer's seeds (<c>tests/fuzz</c>), and damages of each, as <c>tests/fuzz/run.sh</c> tries many more of them.</summary>
public sealed class FuzzSeedTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    /// <summary><c>MISSBGM_WRITE_SEEDS=1</c> writes those that are taken from a bundle anew.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public void Seeds_and_their_damages_end_with_a_result_or_in_a_sentence(string target)
    {
        var folder = Corpus.Seed(target);
        if (Environment.GetEnvironmentVariable("MISSBGM_WRITE_SEEDS") == "1") WriteSeeds(target, folder);
        var random = new Random(3);
        var seeds = Directory.GetFiles(folder);
        Assert.NotEmpty(seeds);
        foreach (var seed in seeds)
        {
            var good = File.ReadAllBytes(seed);
            Assert.InRange(good.Length, 1, 10_000);
            FuzzTargets.All[target](good);
            for (var trial = 0; trial < 40; trial++)
            {
                var bytes = trial % 4 == 0 ? good[..random.Next(good.Length)] : (byte[])good.Clone();
                if (bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                FuzzTargets.All[target](bytes);
            }
        }
    }

    private static void WriteSeeds(string target, string folder)
    {
        using var bundle = new HostileBundle();
        if (target == "manifest") File.WriteAllText(Path.Combine(folder, "manifest.json"), Compact(File.ReadAllText(bundle["manifest.json"])));
        if (target != "graph") return;
        foreach (var name in new[] { "generator.onnx", "collapsed_density.onnx" }) File.Copy(bundle[name], Path.Combine(folder, name), true);
    }

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();
}
