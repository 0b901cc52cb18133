using System.Diagnostics;

namespace MissBgm.Trainer.Running;

/// <summary>The steps of a mini-batch.</summary>
public enum StepKind
{
    /// <summary>z.</summary>
    Latent,

    /// <summary>x_mis.</summary>
    Missing,

    /// <summary>theta.</summary>
    Generator,

    /// <summary>phi.</summary>
    Mask,
}

/// <summary>Where a fit's time goes: the mean duration of each kind of step.</summary>
public sealed class StepProfile
{
    private readonly long[] _ticks = new long[4];
    private readonly long[] _counts = new long[4];
    private long _since;

    /// <summary>Mean microseconds of a step.</summary>
    public double Microseconds(StepKind kind)
        => _counts[(int)kind] == 0 ? 0 : _ticks[(int)kind] * 1e6 / Stopwatch.Frequency / _counts[(int)kind];

    /// <summary>Mean microseconds of a step by name.</summary>
    public IReadOnlyDictionary<string, double> ByName() => new Dictionary<string, double>
    {
        ["latent"] = Microseconds(StepKind.Latent),
        ["missing"] = Microseconds(StepKind.Missing),
        ["generator"] = Microseconds(StepKind.Generator),
        ["mask"] = Microseconds(StepKind.Mask),
    };

    internal void Start() => _since = Stopwatch.GetTimestamp();

    internal void Stop(StepKind kind)
    {
        var now = Stopwatch.GetTimestamp();
        _ticks[(int)kind] += now - _since;
        _counts[(int)kind]++;
        _since = now;
    }
}
