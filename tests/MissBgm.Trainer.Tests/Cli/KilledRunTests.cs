using System.Diagnostics;
using System.Security.Cryptography;
using MissBgm.Runtime.Cli;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>
/// Imputations and pretrainings that are killed outright, as by a power cut: every output is the old or the new one, whole; the next run
/// ends in the undisturbed run's bytes and clears what the killed one left. <c>tests/attacks/outside/kill_attacks.py</c> kills a hundred of each, at every
/// step of the writing and at random moments.
/// </summary>
[Collection("live tensors")]
public sealed class KilledRunTests : IDisposable
{
    private const string Fault = "MISSBGM_TEST_FAULT";
    private const int Killed = 137;

    private const string Pretraining = """
        network: {features: 8, classes: 10, width: 16, layers: 1, heads: 2, feed_forward: 16, flow_layers: 1}
        prior: {kind: structural, maximum_features: 6, few_features: 4}
        rows: [32]
        rows_per_step: 64
        steps: 6
        decay_steps: 2
        warm_up_steps: 1
        checkpoint_steps: 2
        evaluation_steps: 6

        """;

    private readonly TemporaryFolder _folder = new();

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
        // Between the renames, and in the middle of a file.
        foreach (var fault in new[] { "kill:4:put it into its place", "kill:2:write" })
        {
            foreach (var (name, bytes) in earlier) File.WriteAllBytes(Place(name), bytes);
            Assert.Equal(Killed, Run<MissBgmApp>(fault, Arguments(2)));
            foreach (var (name, bytes) in Bytes("out").Where(file => !file.Key.Contains(".missbgm-", StringComparison.Ordinal)))
            {
                Assert.Contains(bytes, new[] { old[name], good[name] });
            }

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
        // In the middle of the second checkpoint's exchange.
        Assert.Equal(Killed, Run<TrainerApp>("kill:2:put it into its place", Arguments("model")));
        Assert.False(Directory.Exists(_folder.PathOf("model")));
        Assert.True(File.Exists(Path.Combine(_folder.PathOf("model.run"), "checkpoint.npz")));

        Run<TrainerApp>(null, Arguments("model", "--resume"));
        Assert.Equal(good, Bytes("model"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root, ".missbgm-*", SearchOption.AllDirectories));
    }

    // Null lets it end, with exit code 0.
    private static int Run<TProgram>(string? fault, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TProgram).Assembly.Location, .. arguments]);
        if (fault is not null) start.Environment[Fault] = fault;
        using var process = Process.Start(start)!;
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
