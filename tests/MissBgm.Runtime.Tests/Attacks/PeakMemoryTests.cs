using MissBgm.Runtime.Tests.Models.Pfn;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>
/// What a whole process takes when a graph asks for all the memory there is; of honest models, large ones have what they need.
/// </summary>
public sealed class PeakMemoryTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const double MostMegabytes = 300;

    /// <summary>Those that ask for it bit by bit, so that some is given; with <c>MISSBGM_ATTACKS=long</c> all.</summary>
    public static TheoryData<string> Attacks =>
        [.. HostileGraphs.All.Keys.Where(attack => AttackRuns.Long || attack is "doubled forty times" or "as much as there is")];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_graph_takes_no_more_than_300_megabytes(string attack)
    {
        using var bundle = new HostileBundle();
        bundle.EditGraph(HostileGraphs.Target, HostileGraphs.All[attack].Edit);
        var run = AttackRuns.Start(
            "impute", "--model", bundle.Path, "--data", bundle.Data, "--out", Path.Combine(bundle.Folder, "out.csv"),
            "--draws", "20", "--chains", "2", "--burn-in", "0", "--threads", "1", "--quiet");
        Assert.Equal(3, run.Code);
        output.WriteLine($"{run.PeakMegabytes:0} MB");
        Assert.InRange(run.PeakMegabytes, 10, MostMegabytes);
    }

    /// <summary>A pretrained model may take what the table's size calls for, and no more.</summary>
    [Fact]
    public void A_hostile_graph_of_a_pretrained_model_takes_no_more_either()
    {
        using var bundle = new HostileBundle();
        foreach (var file in Directory.EnumerateFiles(bundle.Path)) File.Delete(file);
        foreach (var file in Directory.EnumerateFiles(Nano.Path)) File.Copy(file, bundle[Path.GetFileName(file)]);
        bundle.EditGraph("pfn.onnx", model => HostileGraphs.Double(model, "context_values", "probabilities"));
        var run = AttackRuns.Start(
            "impute", "--model", bundle.Path, "--data", bundle.Data, "--out", Path.Combine(bundle.Folder, "out.csv"), "--draws", "4",
            "--threads", "1", "--quiet");
        Assert.True(run.Code == 3, run.Messages);
        output.WriteLine($"{run.PeakMegabytes:0} MB");
        Assert.InRange(run.PeakMegabytes, 10, MostMegabytes);
    }
}
