using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MissBgm.Service;

/// <summary>What the service says of itself, on standard error.</summary>
internal static partial class Messages
{
    /// <summary>Sends messages to standard error, a line each.</summary>
    internal static void AddTo(ILoggingBuilder logging, bool json)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failure that nobody foresaw is told once, by ProblemHandler.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        // Connections beyond those that may be in are counted (kestrel.rejected_connections), not told one by one.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        // A port that cannot be had is told by whoever starts the service.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever does not read the messages keeps no request waiting.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (json) logging.AddJsonConsole(format => (format.UseUtcTimestamp, format.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else logging.AddConsole(console => console.FormatterName = PlainLines.FormatterName).Services.AddSingleton<ConsoleFormatter, PlainLines>();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "listening on {Address} with {Models}")]
    internal static partial void Listening(this ILogger logger, Uri address, string models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} can be reached from other machines, and no token is asked for (--token-file)")]
    internal static partial void Open(this ILogger logger, IPAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Few} connections are let in at once, not {Most}: each is an open file (ulimit -n)")]
    internal static partial void FewFiles(this ILogger logger, int few, int most);

    [LoggerMessage(Level = LogLevel.Information, Message = "ending: what has come is answered, nothing new is taken")]
    internal static partial void Ending(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "model {Name} was replaced: {Hash}")]
    internal static partial void Replaced(this ILogger logger, string name, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "model {Name} stays as it was, its new bundle cannot be loaded: {Reason}")]
    internal static partial void Kept(this ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "model {Name}: {Note}")]
    internal static partial void Noted(this ILogger logger, string name, string note);

    [LoggerMessage(Level = LogLevel.Error, Message = "request {TraceId} came upon something unforeseen")]
    internal static partial void Unforeseen(this ILogger logger, Exception fault, string traceId);

    /// <summary>Messages as the command line writes them: the level, a colon, the sentence.</summary>
    private sealed class PlainLines() : ConsoleFormatter(FormatterName)
    {
        internal const string FormatterName = "missbgm";

        public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            var level = entry.LogLevel switch
            {
                LogLevel.Error or LogLevel.Critical => "error",
                LogLevel.Warning => "warning",
                _ => "note",
            };
            textWriter.WriteLine($"{level}: {entry.Formatter(entry.State, entry.Exception)}{(entry.Exception is null ? "" : $"\n{entry.Exception}")}");
        }
    }
}
