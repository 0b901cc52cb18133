using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// ONNX Runtime's telemetry (an event database under the user's cache, uploads) is off unless the user's environment says otherwise.
/// Its own switch comes too late, as the database is made with the first call: whatever may make that call turns it off before.
/// </summary>
internal static class Telemetry
{
    static Telemetry() => Posix.SetDefaultVariable("ORT_DISABLE_TELEMETRY", "1");

    /// <summary>Turns it off, once for the process.</summary>
    internal static void TurnOff()
    {
        // The constructor has done it.
    }
}
