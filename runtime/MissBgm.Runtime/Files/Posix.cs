using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MissBgm.Runtime.Files;

/// <summary>What a path leads to.</summary>
internal enum PathKind
{
    /// <summary>Nothing, or nothing this user may see.</summary>
    Nothing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a FIFO or a character device: bytes go through it.</summary>
    Stream,

    /// <summary>A disk, a socket: neither read nor written.</summary>
    Other,
}

/// <summary>The system calls of Linux that .NET has no name for.</summary>
internal static partial class Posix
{
    private const int WriteOnly = 1, NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const int CurrentFolder = -100;
    private const uint TypeAndMode = 1;
    private const uint ExchangeBoth = 2;
    private const int GetDescriptorFlags = 1;

    /// <summary>Limits of a process: the files that are open at once, the bytes of its address space.</summary>
    internal const int OpenFiles = 7, AddressSpace = 9;

    /// <summary>What a path leads to, symbolic links followed.</summary>
    internal static PathKind Kind(string path)
    {
        // struct statx: the mode stands at byte 28, whatever the processor.
        Span<byte> status = stackalloc byte[256];
        if (StatX(CurrentFolder, path, 0, TypeAndMode, status) != 0) return PathKind.Nothing;
        return (MemoryMarshal.Read<ushort>(status[28..]) & 0xF000) switch
        {
            0x8000 => PathKind.File,
            0x4000 => PathKind.Folder,
            0x1000 or 0x2000 => PathKind.Stream,
            _ => PathKind.Other,
        };
    }

    /// <summary>Exchanges two files or folders in one step; false where the file system cannot.</summary>
    internal static bool Exchange(string one, string other) =>
        !FaultPoint.CannotExchange && RenameAt2(CurrentFolder, one, CurrentFolder, other, ExchangeBoth) == 0;

    /// <summary>Opens a pipe or a device for writing without waiting for a reader; null where there is none yet.</summary>
    internal static SafeFileHandle? OpenIfRead(string path)
    {
        var descriptor = Open(path, WriteOnly | NonBlocking | CloseOnExec);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Whether whoever started the process gave it a descriptor. One that was closed is given to what the process opens first, and .NET
    /// opens all its own so
    /// that they are not handed on.
    /// </summary>
    internal static bool IsInherited(int descriptor) => FControl(descriptor, GetDescriptorFlags) == 0;

    /// <summary>
    /// Ends the process at once: threads of native libraries run to the last, and would meet what an orderly exit takes away from them.
    /// </summary>
    internal static void EndProcess(int exitCode) => ExitNow(exitCode);

    /// <summary>Lets another program take this process's place, its signals and streams included; comes back only where it cannot.</summary>
    internal static void Become(string program, IReadOnlyList<string> arguments) => _ = ExecV(program, [program, .. arguments, null]);

    /// <summary>Writes a text to a descriptor as it is, whatever becomes of it.</summary>
    internal static void Write(int descriptor, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        _ = WriteNow(descriptor, bytes, (nuint)bytes.Length);
    }

    /// <summary>Brings a folder's entries to the disk, as far as the file system lets it.</summary>
    internal static void SyncFolder(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0) return;
        _ = FSync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>A limit of the process; null where it is not known.</summary>
    internal static ulong? Limit(int resource)
    {
        // struct rlimit: what holds, and what it may be raised to, as .NET raises the number of files by itself.
        Span<ulong> limits = stackalloc ulong[2];
        return OperatingSystem.IsLinux() && GetLimit(resource, limits) == 0 ? limits[resource == OpenFiles ? 1 : 0] : null;
    }

    /// <summary>Sets a variable of the environment that native libraries see, unless it is set: .NET's own setter changes a copy.</summary>
    internal static void SetDefaultVariable(string name, string value) => _ = SetEnv(name, value, 0);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FControl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteNow(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExecV(string program, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Span<ulong> limits);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
