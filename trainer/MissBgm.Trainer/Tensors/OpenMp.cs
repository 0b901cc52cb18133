using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MissBgm.Trainer.Tensors;

/// <summary>How libtorch's OpenMP threads wait for work.</summary>
internal static partial class OpenMp
{
    /// <summary>
    /// Lets idle threads sleep. By default they spin for a while, and on a machine whose cores have other work to do the
    /// spinning keeps the very thread waiting that they wait for: two threads took 25 times as long as sleeping ones.
    /// OpenMP reads its settings when it is loaded, so this has to come before the first native call. A setting of the
    /// user's stands.
    /// </summary>
#pragma warning disable CA2255 // Meant for applications, but no call of this library's would come early enough.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void SleepWhenIdle()
    {
        if (OperatingSystem.IsLinux()) _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    // The process's own environment, which Environment.SetEnvironmentVariable leaves alone.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
