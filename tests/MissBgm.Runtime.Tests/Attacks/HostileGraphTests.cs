using System.Diagnostics;
using MissBgm.Exporter.Graphs;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Graphs that whoever signed the bundle made to hang, to fill the memory, to read other files, or to compute something else.</summary>
public sealed class HostileGraphTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Attacks => [.. HostileGraphs.All.Keys];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_graph_is_the_bundles_fault_and_nothing_is_written(string attack)
    {
        using var bundle = new HostileBundle();
        var (edit, says) = HostileGraphs.All[attack];
        bundle.EditGraph(HostileGraphs.Target, edit);
        var clock = Stopwatch.StartNew();
        var (code, messages, written) = bundle.Impute();
        Assert.True(code == 3, $"{attack}: exit code {code}: {messages}");
        Assert.Contains(says, messages, StringComparison.Ordinal);
        Assert.False(written);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Longest);
    }

    [Fact]
    public void The_good_bundle_imputes()
    {
        using var bundle = new HostileBundle();
        var (code, messages, written) = bundle.Impute();
        Assert.True(code == 0, messages);
        Assert.True(written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0A")]
    [InlineData("3A05")]
    [InlineData("3AFFFFFFFFFFFFFFFFFF01")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("3A0A0A0822066E6F6E657378")]
    [InlineData("3B3C")]
    public void Bytes_that_are_no_graph_are_refused(string hexadecimal)
    {
        using var bundle = new HostileBundle();
        bundle.Replace(HostileGraphs.Target, Convert.FromHexString(hexadecimal.Length % 2 == 0 ? hexadecimal : "0" + hexadecimal));
        var (code, messages, written) = bundle.Impute();
        Assert.True(code == 3, messages);
        Assert.False(written);
    }

    /// <summary>A graph that is cut off anywhere, or has any one byte changed, is refused or does no harm: 600 such damages.</summary>
    [Fact]
    public void A_damaged_graph_ends_in_a_sentence()
    {
        using var bundle = new HostileBundle();
        var good = File.ReadAllBytes(bundle[HostileGraphs.Target]);
        var random = new Random(11);
        for (var trial = 0; trial < 600; trial++)
        {
            var bytes = trial % 3 == 0 ? good[..random.Next(good.Length)] : [.. good];
            if (trial % 3 != 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                GraphCheck.Require(new Runtime.Bundles.GraphSource(HostileGraphs.Target, bytes, null));
            }
            catch (BundleException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void Every_operator_that_the_exporter_has_is_known_to_the_runtime_but_what_repeats_and_is_for_other_hosts()
    {
        var abstractly = typeof(Operator);
        var types = abstractly.Assembly.GetTypes().Where(type => type.IsSubclassOf(abstractly) && !type.IsAbstract).ToArray();
        var names = types.Select(type => ((Operator)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)).Type)
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(names.Count > 40);
        Assert.Equal(["Scan"], names.Except(GraphCheck.Operators));
        // What bundles of earlier versions have besides.
        Assert.Equal(["ReduceLogSumExp"], GraphCheck.Operators.Except(names));
    }
}
