using System.Diagnostics;

namespace MissBgm.CommandLine;

/// <summary>Progress with the time left: one line written over on a terminal, a line every ten seconds elsewhere.</summary>
/// <param name="writer">Where to.</param>
/// <param name="title">What is being done.</param>
/// <param name="overwrite">Whether lines can be written over.</param>
/// <param name="framed">What a line is written as.</param>
public sealed class ProgressLine(TextWriter writer, string title, bool overwrite, Func<string, string> framed) : IProgress<double>, IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(overwrite ? 0.2 : 10);
    private TimeSpan _next = TimeSpan.FromSeconds(overwrite ? 0.2 : 10);
    private int _width;

    /// <summary>Says which share is done, from 0 to 1; the time left is judged by the pace so far.</summary>
    public void Report(double value) => Report($"{title}: {value,4:P0}", _clock.Elapsed * ((1 - value) / Math.Max(value, 1e-9)));

    /// <summary>Says how far it is, in words.</summary>
    /// <param name="text">What is done of what.</param>
    /// <param name="left">Time left; null where there is nothing to judge it by.</param>
    public void Report(string text, TimeSpan? left)
    {
        lock (_lock)
        {
            if (_clock.Elapsed < _next) return;
            _next = _clock.Elapsed + _interval;
            var line = $"{text}, {Format(_clock.Elapsed)} elapsed{(left is { } time ? $", {Format(time)} left" : "")}";
            writer.Write(overwrite ? $"\r{line.PadRight(_width)}" : framed(line) + "\n");
            writer.Flush();
            _width = line.Length;
        }
    }

    /// <summary>Takes the line away, to write something else in its place.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_width > 0 && overwrite) writer.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    private static string Format(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
}
