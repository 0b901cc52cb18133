using System.Diagnostics;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>Equal fits are equal bytes: those of two runs, and those of a run that was killed and begun again.</summary>
[Collection("live tensors")]
public sealed class EqualFitTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private const string Table = "a,b,c\n1,2.5,7\n2,,7\n,3.5,7\n4,4.25,7\n5,,7\n,,7\n3,3,7\n";
    private const string Paper =
        "mechanism: paper\nz_dim: 2\npaper:\n  epochs: 2\n  g_units: [6]\n  missingness_units: [5]\n"
        + "  egm_init: {n_iter: 3, e_units: [6], dz_units: [4], dx_units: [4]}\n";
    private const string Collapsed = "mechanism: ignorable\nz_dim: 1\ncollapsed: {proper: false}\n";
    private static readonly bool Long = Environment.GetEnvironmentVariable("MISSBGM_ATTACKS") == "long";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Paper)]
    [InlineData(Collapsed)]
    public void Equal_fits_give_equal_bytes(string config)
    {
        foreach (var name in new[] { "one", "two" })
        {
            var console = new TestConsole();
            Assert.True(CommandLineHost.Run<TrainerApp>(Arguments(config, name), console, default) == 0, console.Messages);
        }

        Assert.Equal(Bytes("one"), Bytes("two"));
        Assert.DoesNotContain("\"seconds\"", File.ReadAllText(Path.Combine(_folder.PathOf("one"), Manifest.FileName)), StringComparison.Ordinal);
    }

    /// <summary>
    /// Killed just before the new bundle takes the old one's place; with <c>MISSBGM_ATTACKS=long</c> 100 times of each kind, at every step of the writing and
    /// at random moments. The same command run again, from the checkpoint where there is one, ends in the undisturbed run's bytes.
    /// </summary>
    [Theory]
    [InlineData(Collapsed)]
    [InlineData(Paper)]
    public void A_killed_fit_leaves_the_old_bundle_and_ends_in_the_undisturbed_ones_bytes(string config)
    {
        Run(config, "undisturbed", "--seed", "8");
        var good = Bytes("undisturbed");
        Run(config, "model", "--seed", "7");
        var old = Bytes("model");
        Assert.NotEqual(good, old);
        var earlier = old.Keys.ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(_folder.PathOf("model"), name)));
        var random = new Random(5);
        // When the bundle is whole and about to be exchanged with the old one; in the long run in the middle of a file, at others of its steps, and at random.
        string?[] faults = ["kill:1:put the folder into its place"];
        if (Long)
        {
            faults = [.. faults, "kill:5:write", "kill:1:make the temporary folder", "kill:3:bring it to the disk", "kill:1:put it into its place"];
            faults = [.. faults, .. Enumerable.Range(0, 100 - faults.Length).Select(trial => trial % 2 == 0 ? null : $"kill:{random.Next(1, 40)}")];
        }

        var died = 0;
        foreach (var fault in faults)
        {
            Directory.Delete(_folder.PathOf("model"), recursive: true);
            Directory.CreateDirectory(_folder.PathOf("model"));
            foreach (var (name, bytes) in earlier) File.WriteAllBytes(Path.Combine(_folder.PathOf("model"), name), bytes);
            using var killed = Start(config, "model", fault, "--seed", "8");
            if (fault is null && !killed.WaitForExit(random.Next(300, 4000))) killed.Kill();
            killed.WaitForExit();
            if (killed.ExitCode != 0) died++;
            Assert.True(fault?.Count(letter => letter == ':') != 2 || killed.ExitCode is 137, $"{fault}: {killed.ExitCode}");
            // A kill after the exchange leaves the new one.
            var present = Bytes("model");
            if (fault?.EndsWith("place", StringComparison.Ordinal) is true) Assert.Equal(old, present);
            else Assert.Contains(present, new[] { old, good });
            string[] resume = Directory.GetFiles(_folder.Root, "*.checkpoint.npz").Length > 0 ? ["--resume"] : [];
            Run(config, "model", ["--seed", "8", .. resume]);
            Assert.Equal(good, Bytes("model"));
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Root, ".missbgm-*"));
            Assert.Empty(Directory.GetFiles(_folder.Root, "*.checkpoint*"));
        }

        output.WriteLine($"tried: {faults.Length}");
        output.WriteLine($"ended before they were done: {died}");
    }

    private string[] Arguments(string config, string name, params string[] more) =>
        ["fit", "--data", _folder.Write("table.csv", Table), "--out", _folder.PathOf(name), "--config", _folder.Write("c.yaml", config), "--quiet", .. more];

    private void Run(string config, string name, params string[] more)
    {
        using var process = Start(config, name, null, more);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private Process Start(string config, string name, string? fault, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TrainerApp).Assembly.Location, .. Arguments(config, name, more)]);
        if (fault is not null) start.Environment["MISSBGM_TEST_FAULT"] = fault;
        return Process.Start(start)!;
    }

    private SortedDictionary<string, string> Bytes(string name)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(_folder.PathOf(name)))
        {
            files.Add(Path.GetFileName(file), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
        }
        return files;
    }
}
