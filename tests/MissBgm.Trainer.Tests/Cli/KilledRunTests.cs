using System.Diagnostics;
using System.Security.Cryptography;
using MissBgm.Runtime.Cli;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>
/// Imputations and pretrainings that are killed outright, as by a power cut: every output is the old or the new one, whole; the next run
/// ends in the undisturbed
/// run's bytes and clears what the killed one left. With <c>MISSBGM_ATTACKS=long</c> 100 kills of each, at random moments and at every step
/// of the writing.
/// </summary>
[Collection("live tensors")]
public sealed class KilledRunTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private const string Fault = "MISSBGM_TEST_FAULT";

    private const string Pretraining = """
        network: {features: 8, classes: 10, width: 16, layers: 1, heads: 2, feed_forward: 16, flow_layers: 1}
        prior: {kind: structural, maximum_features: 6, few_features: 4}
        rows: [32]
        rows_per_step: 64
        steps: 6
        decay_steps: 2
        warm_up_steps: 1
        checkpoint_steps: 2
        evaluation_steps: 4

        """;

    private static readonly bool Long = Environment.GetEnvironmentVariable("MISSBGM_ATTACKS") == "long";
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(5);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_imputation_leaves_whole_files_and_the_next_one_ends_in_the_undisturbed_ones_bytes()
    {
        var table = _folder.Write("table.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(Row)));
        static string Row(int i) => $"{i * 37 % 61},{(i % 5 == 0 ? "" : $"{i * 37 % 61 + i % 3}")}\n";
        string[] Arguments(int seed) =>
        [
            "impute", "--model", RepositoryFiles.PathOf("models", "pfn-nano"), "--data", table, "--out", Place("completed.csv"),
            "--intervals", Place("cells.csv"), "--draws-out", Place("draws.npy"), "--multiple", "3", "--multiple-dir", Place("imputed"),
            "--draws", "8", "--threads", "1", "--seed", $"{seed}", "--quiet",
        ];
        string Place(string name) => Path.Combine(_folder.PathOf("out"), name);
        Run<MissBgmApp>(null, Arguments(1));
        var old = Bytes("out");
        var earlier = old.Keys.ToDictionary(name => name, name => File.ReadAllBytes(Place(name)));
        Run<MissBgmApp>(null, Arguments(2));
        var good = Bytes("out");
        Assert.Equal(6, good.Count);
        Assert.All(good.Keys, name => Assert.NotEqual(old[name], good[name]));
        // Between the renames, and in the middle of a file; in the long run before anything is in its place and at the end as well.
        string[] faults = ["kill:4:put it into its place", "kill:2:write"];
        if (Long) faults = [.. faults, "kill:1:put it into its place", "kill:6:put it into its place", "kill:3:bring it to the disk"];
        foreach (var fault in Kills(faults, 60))
        {
            foreach (var (name, bytes) in earlier) File.WriteAllBytes(Place(name), bytes);
            var killed = Run<MissBgmApp>(fault ?? "", Arguments(2));
            foreach (var (name, bytes) in Bytes("out").Where(file => !file.Key.Contains(".missbgm-", StringComparison.Ordinal)))
            {
                Assert.Contains(bytes, new[] { old[name], good[name] });
                if (fault is "kill:1:put it into its place") Assert.Equal(old[name], bytes);
            }

            Assert.True(fault?.Count(letter => letter == ':') != 2 || killed == 137, $"{fault}: exit code {killed}");
            Run<MissBgmApp>(null, Arguments(2));
            Assert.Equal(good, Bytes("out"));
        }
    }

    [Fact]
    public void A_killed_pretraining_resumes_to_the_undisturbed_ones_bytes()
    {
        var config = _folder.Write("pretrain.yaml", Pretraining);
        string[] Arguments(string name, params string[] more) =>
            ["pretrain", "--config", config, "--out", _folder.PathOf(name), "--threads", "1", "--quiet", .. more];
        Run<TrainerApp>(null, Arguments("undisturbed"));
        var good = Bytes("undisturbed");
        // The second checkpoint's rename; a checkpoint's and the bundle's writing.
        string[] faults = Long
            ? ["kill:2:put it into its place", "kill:5:write", "kill:1:make the temporary folder", "kill:3:bring it to the disk"]
            : ["kill:2:put it into its place"];
        foreach (var fault in Kills(faults, 40))
        {
            if (Directory.Exists(_folder.PathOf("model"))) Directory.Delete(_folder.PathOf("model"), recursive: true);
            if (Directory.Exists(_folder.PathOf("model.run"))) Directory.Delete(_folder.PathOf("model.run"), recursive: true);
            var killed = Run<TrainerApp>(fault ?? "", Arguments("model"));
            Assert.True(fault?.Count(letter => letter == ':') != 2 || killed == 137, $"{fault}: exit code {killed}");
            if (Directory.Exists(_folder.PathOf("model"))) Assert.Equal(good, Bytes("model"));
            var resumes = File.Exists(Path.Combine(_folder.PathOf("model.run"), "checkpoint.npz"));
            Run<TrainerApp>(null, resumes ? Arguments("model", "--resume") : Arguments("model"));
            Assert.Equal(good, Bytes("model"));
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Root, ".missbgm-*", SearchOption.AllDirectories));
        }
    }

    // Some faults by name, and in the long run others: by number, and null for a random moment.
    private List<string?> Kills(string[] named, int steps)
    {
        List<string?> kills = [.. named, .. Enumerable.Range(0, Long ? 100 - named.Length : 0).Select(trial =>
            trial % 2 == 0 ? null : $"kill:{_random.Next(1, steps)}")];
        output.WriteLine($"tried: {kills.Count}");
        return kills;
    }

    // Null lets it end, with exit code 0; an empty text kills it at a random moment.
    private int Run<TProgram>(string? fault, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TProgram).Assembly.Location, .. arguments]);
        if (fault is { Length: > 0 }) start.Environment[Fault] = fault;
        using var process = Process.Start(start)!;
        if (fault is "" && !process.WaitForExit(_random.Next(200, 4000))) process.Kill();
        process.WaitForExit();
        if (fault is null) Assert.Equal(0, process.ExitCode);
        return process.ExitCode;
    }

    private SortedDictionary<string, string> Bytes(string name)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var root = _folder.PathOf(name);
        foreach (var file in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            files.Add(Path.GetRelativePath(root, file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        }

        return files;
    }
}
