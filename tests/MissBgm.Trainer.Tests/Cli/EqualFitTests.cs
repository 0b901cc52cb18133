using System.Diagnostics;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>Equal fits are equal bytes: those of two runs, and those of a run that was killed and begun again.</summary>
[Collection("live tensors")]
public sealed class EqualFitTests : IDisposable
{
    private const string Table = "a,b,c\n1,2.5,7\n2,,7\n,3.5,7\n4,4.25,7\n5,,7\n,,7\n3,3,7\n";
    private const string Paper =
        "mechanism: paper\nz_dim: 2\npaper:\n  epochs: 2\n  g_units: [6]\n  missingness_units: [5]\n"
        + "  egm_init: {n_iter: 3, e_units: [6], dz_units: [4], dx_units: [4]}\n";
    private const string Collapsed = "mechanism: ignorable\nz_dim: 1\ncollapsed: {proper: false}\n";
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
    /// Killed just before the new bundle takes the old one's place. The same command run again, from the checkpoint where there is one, ends in the
    /// undisturbed run's bytes.
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
        using var killed = Start(config, "model", "kill:1:put the folder into its place", "--seed", "8");
        killed.WaitForExit();
        Assert.Equal(137, killed.ExitCode);
        Assert.Equal(old, Bytes("model"));

        string[] resume = Directory.GetFiles(_folder.Root, "*.checkpoint.npz").Length > 0 ? ["--resume"] : [];
        Run(config, "model", ["--seed", "8", .. resume]);
        Assert.Equal(good, Bytes("model"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root, ".missbgm-*"));
        Assert.Empty(Directory.GetFiles(_folder.Root, "*.checkpoint*"));
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
