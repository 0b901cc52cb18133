using System.Globalization;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Tests that weigh their own process: no other runs beside them.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
public sealed class WeighedAlone;

/// <summary>A process that loads models and imputes for long holds no more memory at the end than after it has warmed up.</summary>
[Collection("memory")]
public sealed class LeakTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly double MostGrowth = AttackRuns.Long ? 0.05 : 0.15;

    /// <summary>With <c>MISSBGM_ATTACKS=long</c> 1,000 loads, of which the first 300 warm up: until then the system's allocator parts its memory.</summary>
    [Fact]
    public void Loading_again_and_again_holds_no_more_memory()
    {
        using var bundle = new HostileBundle();
        var table = TableReader.Read(bundle.Data);
        Measure(AttackRuns.Long ? 1000 : 60, AttackRuns.Long ? 300 : 40, () =>
        {
            using var imputer = Imputer.Load(bundle.Path);
            imputer.Impute(table, new ImputeOptions { MapOnly = true, Threads = 1 });
        });
    }

    /// <summary>With <c>MISSBGM_ATTACKS=long</c> 10,000 imputations.</summary>
    [Fact]
    public void Imputing_again_and_again_holds_no_more_memory()
    {
        using var bundle = new HostileBundle();
        var table = TableReader.Read(bundle.Data);
        using var imputer = Imputer.Load(bundle.Path);
        var options = new ImputeOptions { Threads = 1, Inference = imputer.Inference with { Draws = 4, BurnIn = 0, Chains = 1 } };
        Measure(AttackRuns.Long ? 10_000 : 200, AttackRuns.Long ? 1000 : 100, () => imputer.Impute(table, options));
    }

    // The collector gives memory back by and by: the least of some readings is what is held.
    private void Measure(int times, int warmUp, Action work)
    {
        var (before, after) = (double.MaxValue, double.MaxValue);
        for (var i = 1; i <= times; i++)
        {
            work();
            if (i > warmUp - 5 && i <= warmUp) before = Math.Min(before, Megabytes());
            if (i > times - 5) after = Math.Min(after, Megabytes());
            if (i % Math.Max(1, times / 10) == 0) output.WriteLine($"after {i}: {Megabytes():0.0} MB");
        }

        output.WriteLine($"from {warmUp} to {times}: {after / before - 1:P1}");
        Assert.True(after < before * (1 + MostGrowth), $"memory has grown from {before:0.0} to {after:0.0} MB");
    }

    // What the process holds besides what the collector would free.
    private static double Megabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").First(status => status.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
