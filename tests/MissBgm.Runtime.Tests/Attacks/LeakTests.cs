using System.Runtime.InteropServices;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using Xunit.Sdk;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Tests that weigh their own process: no other runs beside them.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
public sealed class WeighedAlone;

/// <summary>A process that loads models and imputes for long holds no more memory at the end than after it has warmed up.</summary>
[Collection("memory")]
public sealed class LeakTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly double MostGrowth = AttackRuns.Long ? 0.05 : 0.15;

    // With MISSBGM_ATTACKS=long 1,000 loads and 10,000 imputations. Until the warm-up is over methods are compiled anew and the allocators part their memory.
    private static readonly (int WarmUp, int Times) Loads = AttackRuns.Long ? (200, 1000) : (100, 200);
    private static readonly (int WarmUp, int Times) Imputations = AttackRuns.Long ? (2000, 10_000) : (100, 400);

    // What the control leaks in each call: after so many calls it tells beside the 150 MB that a process holds which has run the other tests before.
    private static readonly int LeakedBytes = AttackRuns.Long ? 4096 : 1 << 18;

    [Fact]
    public void Loading_again_and_again_holds_no_more_memory()
    {
        using var bundle = new HostileBundle();
        var table = TableReader.Read(bundle.Data);
        Measure(Loads, () =>
        {
            using var imputer = Imputer.Load(bundle.Path);
            imputer.Impute(table, new ImputeOptions { MapOnly = true, Threads = 1 });
        });
    }

    [Fact]
    public void Imputing_again_and_again_holds_no_more_memory() => Impute(() => { });

    /// <summary>The control: the same with a leak in each call, of objects or of native memory, fails.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_leak_is_found(bool native)
    {
        var (objects, blocks) = (new List<byte[]>(), new List<nint>());
        var found = Assert.ThrowsAny<XunitException>(() => Impute(() =>
        {
            if (native) blocks.Add(Marshal.AllocHGlobal(LeakedBytes));
            else objects.Add(new byte[LeakedBytes]);
        }));
        Assert.Contains(native ? "native" : "managed", found.Message, StringComparison.Ordinal);
        blocks.ForEach(Marshal.FreeHGlobal);
    }

    private void Impute(Action leak)
    {
        using var bundle = new HostileBundle();
        var table = TableReader.Read(bundle.Data);
        using var imputer = Imputer.Load(bundle.Path);
        var options = new ImputeOptions { Threads = 1, Inference = imputer.Inference with { Draws = 4, BurnIn = 0, Chains = 1 } };
        Measure(Imputations, () =>
        {
            imputer.Impute(table, options);
            leak();
        });
    }

    // The collector and the allocator take some megabytes for themselves and give them back by and by: the least of five readings of the first half after the
    // warm-up is compared with the least of five of the second half.
    private void Measure((int WarmUp, int Times) calls, Action work)
    {
        var readings = new List<HeldMemory>();
        for (var i = 1; i <= calls.Times; i++)
        {
            work();
            if (i <= calls.WarmUp || (i - calls.WarmUp) % ((calls.Times - calls.WarmUp) / 10) != 0) continue;
            readings.Add(HeldMemory.Now());
            output.WriteLine($"after {i}: {readings[^1]}");
        }

        output.WriteLine($"tried: {calls.Times}");
        RequireLittle("managed", readings, held => held.Managed);
        RequireLittle("native", readings, held => held.Native);
        RequireLittle("resident", readings, held => held.Resident);
    }

    private void RequireLittle(string kind, List<HeldMemory> readings, Func<HeldMemory, double> megabytes)
    {
        var (before, after) = (readings[..5].Min(megabytes), readings[5..].Min(megabytes));
        output.WriteLine(FormattableString.Invariant($"{kind}: {before:0.000} MB, then {after:0.000} ({after / before - 1:+0.0%;-0.0%})"));
        Assert.True(after < before * (1 + MostGrowth), FormattableString.Invariant($"{kind} memory has grown from {before:0.000} to {after:0.000} MB"));
    }
}
