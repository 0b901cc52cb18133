using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>
/// The writer of outputs when the system fails it at the n-th step, for every n: the old output or the new one stands there whole, and
/// nothing else.
/// </summary>
public sealed class FaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-fault-").FullName;

    public void Dispose()
    {
        FaultPoint.Plan = null;
        FaultPoint.CannotExchange = false;
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_is_the_old_or_the_new_one_wherever_its_writing_fails(bool old)
    {
        var target = Path.Combine(_folder, "model");
        for (var at = 1; ; at++)
        {
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            if (old)
            {
                Directory.CreateDirectory(target);
                File.WriteAllText(Path.Combine(target, "text"), "old");
            }

            var plan = new FaultPlan(kill: false, at);
            FaultPoint.Plan = plan;
            var failed = Record.Exception(() => OutputFolder.Replace(target, folder => folder.Write("text", stream => stream.Write("new"u8))));
            FaultPoint.Plan = null;
            if (failed is null)
            {
                Assert.True(plan.Passed < at && at > 3, $"{plan.Passed}");
                Assert.Equal("new", File.ReadAllText(Path.Combine(target, "text")));
                Assert.Equal([target], Directory.GetFileSystemEntries(_folder));
                return;
            }

            Assert.True(failed is IOException or UserInputException, $"{failed}");
            Assert.Equal(old ? [target] : [], Directory.GetFileSystemEntries(_folder));
            if (old) Assert.Equal("old", File.ReadAllText(Path.Combine(target, "text")));
        }
    }

    /// <summary>One file, and three that belong together; over old ones or none; on file systems that can and cannot exchange.</summary>
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, true, false)]
    [InlineData(1, true, true)]
    [InlineData(3, false, false)]
    [InlineData(3, true, false)]
    [InlineData(3, true, true)]
    public void Files_are_all_old_or_all_new_wherever_their_writing_fails(int count, bool old, bool cannotExchange)
    {
        FaultPoint.CannotExchange = cannotExchange;
        var paths = Enumerable.Range(0, count).Select(i => Path.Combine(_folder, $"f{i}")).ToArray();
        for (var at = 1; ; at++)
        {
            foreach (var path in paths)
            {
                if (old) File.WriteAllText(path, "old");
                else File.Delete(path);
            }

            var plan = new FaultPlan(kill: false, at);
            FaultPoint.Plan = plan;
            var failed = Record.Exception(() => WriteAll(paths));
            FaultPoint.Plan = null;
            if (failed is null)
            {
                // At least a temporary file, a write, a flush and a rename of each.
                Assert.True(plan.Passed < at && plan.Passed >= 4 * count, $"{plan.Passed}");
                Assert.All(paths, path => Assert.Equal("new", File.ReadAllText(path)));
                Assert.Equal(paths, Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
                return;
            }

            Assert.Contains(_folder, Assert.IsType<UserInputException>(failed).Message, StringComparison.Ordinal);
            Assert.Equal(old ? paths : [], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
            if (old) Assert.All(paths, path => Assert.Equal("old", File.ReadAllText(path)));
        }
    }

    private static void WriteAll(string[] paths)
    {
        using var files = new OutputTransaction();
        // The first is written out of order, as draws are; the last is closed before the others.
        var draws = files.Open(paths[0]).Stream;
        draws.Reserve(3);
        draws.WriteAt("w"u8, 2);
        draws.WriteAt("ne"u8, 0);
        foreach (var path in paths[1..^Math.Min(1, paths.Length - 1)]) files.Open(path).Stream.Write("new"u8);
        if (paths.Length > 1) files.Write(paths[^1], stream => stream.Write("new"u8));
        files.Commit();
    }

    [Fact]
    public void A_full_disk_is_told_with_what_the_whole_file_needs()
    {
        var path = Path.Combine(_folder, "table.csv");
        using var files = new OutputTransaction();
        var stream = files.Open(path).Stream;
        // The temporary file, a write, and the second write fails.
        FaultPoint.Plan = new FaultPlan(kill: false, 2);
        for (var i = 0; i < 3; i++) stream.Write(new byte[1 << 20]);
        stream.Position = 8;
        stream.Write(new byte[16]);
        Assert.Equal(24, stream.Position);
        Assert.Equal(3 << 20, stream.Length);
        var failed = Assert.Throws<UserInputException>(files.Commit);
        Assert.StartsWith($"{path} cannot be written: no space is left on the disk; it needs 3 MB.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_that_cannot_be_written_is_a_sentence_and_leaves_the_old_one()
    {
        using var bundle = new HostileBundle();
        var manifest = File.ReadAllText(bundle["manifest.json"]);
        FaultPoint.Plan = new FaultPlan(kill: false, 4);
        var weights = CollapsedMixture.Single(
            new CollapsedWeights(1, 6, new double[6], new double[6], [1, 1, 1, 1, 1, 1], new double[6], new double[6], new double[6]));
        var failed = Assert.Throws<UserInputException>(() =>
            CollapsedBundle.Write(bundle.Path, Runtime.Bundles.Bundle.Load(bundle.Path).Manifest, weights, null));
        Assert.Contains("no space is left on the disk; it needs more than", failed.Message, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(bundle["manifest.json"]));
        Assert.Equal(0, bundle.Impute().Code);
    }
}
