using System.Diagnostics;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>Progress with the estimated time left: one line written over on a terminal, a line every ten seconds elsewhere.</summary>
internal sealed class ProgressLine(TextWriter writer, string title, bool overwrite) : IProgress<double>, IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private TimeSpan _next = TimeSpan.FromSeconds(overwrite ? 0.2 : 10);
    private bool _written;

    public void Report(double value)
    {
        lock (_lock)
        {
            if (_clock.Elapsed < _next) return;
            _next = _clock.Elapsed + TimeSpan.FromSeconds(overwrite ? 0.2 : 10);
            var left = _clock.Elapsed * ((1 - value) / Math.Max(value, 1e-9));
            var text = $"{title}: {value,4:P0}, {Format(_clock.Elapsed)} elapsed, {Format(left)} left";
            writer.Write(overwrite ? $"\r{text,-70}" : text + "\n");
            writer.Flush();
            _written = true;
        }
    }

    public void Dispose()
    {
        if (_written && overwrite) writer.Write($"\r{"",70}\r");
    }

    private static string Format(TimeSpan time) => time.TotalHours >= 1 ? $"{time:h\\:mm\\:ss}" : $"{time:m\\:ss}";
}
