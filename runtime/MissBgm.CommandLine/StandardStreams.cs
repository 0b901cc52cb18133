using System.Runtime.InteropServices;
using System.Text;
using MissBgm.Runtime.Files;

namespace MissBgm.CommandLine;

/// <summary>
/// Standard output and error as they may be: closed by whoever started the program, on a disk that is full, at a terminal or a pipe that is
/// gone. The work goes
/// on without them; only results that find no room are a failure.
/// </summary>
internal static class StandardStreams
{
    // .NET has no name for it: a file grows beyond what the process may write. Unheeded, it would end the process; the write itself fails
    // too.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    private static PosixSignalRegistration? _fileSizeExceeded;

    /// <summary>Puts writers in the place of .NET's own that are not disturbed by any of it.</summary>
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;
        Console.SetOut(Posix.IsInherited(1) ? new GuardedWriter(Console.Out, "standard output") : TextWriter.Null);
        Console.SetError(Posix.IsInherited(2) ? new GuardedWriter(Console.Error, null) : TextWriter.Null);
        _fileSizeExceeded ??= PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
    }

    /// <summary>A writer whose reader may be gone.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">What the refusal calls it where there is no room; null where whatever is refused is let go of.</param>
    private sealed class GuardedWriter(TextWriter writer, string? name) : TextWriter
    {
        public override Encoding Encoding => writer.Encoding;

        public override void Write(char value) => Guarded(() => writer.Write(value), $"{value}");

        public override void Write(string? value) => Guarded(() => writer.Write(value), value);

        public override void Write(char[] buffer, int index, int count) =>
            Guarded(() => writer.Write(buffer, index, count), new string(buffer, index, count));

        public override void Flush() => Guarded(writer.Flush, null);

        private void Guarded(Action write, string? text)
        {
            try
            {
                write();
            }
            catch (Exception e) when (FileSize.IsRefusal(e))
            {
                // Where hardly a file may be open, .NET lacks what it writes to a console with.
                if (e is FileNotFoundException or FileLoadException) Posix.Write(name is null ? 2 : 1, text ?? "");
                if (name is not null && (FileSize.IsFull(e) || FileSize.IsBeyondLimit(e))) throw FileSize.Refused(name, e, "");
            }
        }
    }
}
