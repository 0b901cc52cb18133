using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>The writer of outputs when the system fails it at the n-th step, for every n: the old output or the new one stands there whole, and nothing else.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-fault-").FullName;

    public void Dispose()
    {
        FaultPoint.Plan = null;
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
            var failed = Record.Exception(() => OutputFolder.Replace(target, folder => File.WriteAllText(Path.Combine(folder, "text"), "new")));
            FaultPoint.Plan = null;
            if (failed is null)
            {
                Assert.True(plan.Passed < at && at > 3, $"{plan.Passed}");
                Assert.Equal("new", File.ReadAllText(Path.Combine(target, "text")));
                Assert.Equal([target], Directory.GetFileSystemEntries(_folder));
                return;
            }

            Assert.IsType<IOException>(failed);
            Assert.Equal(old ? [target] : [], Directory.GetFileSystemEntries(_folder));
            if (old) Assert.Equal("old", File.ReadAllText(Path.Combine(target, "text")));
        }
    }

    [Fact]
    public void A_bundle_that_cannot_be_written_is_a_sentence_and_leaves_the_old_one()
    {
        using var bundle = new HostileBundle();
        var manifest = File.ReadAllText(bundle["manifest.json"]);
        FaultPoint.Plan = new FaultPlan(kill: false, 4);
        var weights = CollapsedMixture.Single(new CollapsedWeights(1, 6, new double[6], new double[6], [1, 1, 1, 1, 1, 1], new double[6], new double[6], new double[6]));
        var failed = Assert.Throws<UserInputException>(() => CollapsedBundle.Write(bundle.Path, Runtime.Bundles.Bundle.Load(bundle.Path).Manifest, weights, null));
        Assert.Contains("No space left on device", failed.Message, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(bundle["manifest.json"]));
        Assert.Equal(0, bundle.Impute().Code);
    }
}
