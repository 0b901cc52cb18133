using Microsoft.Extensions.Logging;

namespace MissBgm.Runtime.Imputation;

/// <summary>What an imputer tells a log.</summary>
internal static partial class ImputerLog
{
    [LoggerMessage(1, LogLevel.Information, "Loaded {Path} in {Seconds:0.000} s")]
    internal static partial void Loaded(this ILogger logger, string path, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "{Path}: {Note}")]
    internal static partial void Noted(this ILogger logger, string path, string note);

    [LoggerMessage(3, LogLevel.Debug, "Imputed {Cells} cells of {Rows} rows in {Seconds:0.000} s")]
    internal static partial void Imputed(this ILogger logger, int cells, int rows, double seconds);

    [LoggerMessage(4, LogLevel.Warning, "{Table}: {Fault}")]
    internal static partial void NotConverged(this ILogger logger, string table, string fault);
}
