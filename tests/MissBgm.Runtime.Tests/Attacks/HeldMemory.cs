using System.Globalization;
using System.Runtime.InteropServices;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>What a process holds when the collector has collected and the system's allocator has given back what is free.</summary>
/// <param name="Managed">Megabytes of living objects.</param>
/// <param name="Native">Megabytes that native code has taken and not given back (glibc's mallinfo2, all arenas and mappings).</param>
/// <param name="Resident">Megabytes of memory of its own that the process occupies.</param>
internal sealed record HeldMemory(double Managed, double Native, double Resident)
{
    private const double Megabyte = 1 << 20;

    /// <summary>What is held now.</summary>
    internal static HeldMemory Now()
    {
        // Finalizers may let go of native memory and of further objects.
        for (var pass = 0; pass < 2; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var managed = GC.GetTotalMemory(forceFullCollection: true);
        _ = MallocTrim(0);
        var native = MallInfo();
        var line = File.ReadLines("/proc/self/status").First(status => status.StartsWith("RssAnon:", StringComparison.Ordinal));
        var resident = double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return new HeldMemory(managed / Megabyte, (native.InUse + native.Mapped) / Megabyte, resident);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"managed {Managed:0.000} MB, native {Native:0.000} MB, resident {Resident:0.0} MB");

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocTrim(nuint keep);

    [DllImport("libc", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern Allocator MallInfo();

    // struct mallinfo2: ten sizes.
    [StructLayout(LayoutKind.Sequential)]
    private struct Allocator
    {
        public nuint Arena, FreeChunks, FastChunks, Mappings, Mapped, Unused, FreeInFast, InUse, Free, Top;
    }
}
