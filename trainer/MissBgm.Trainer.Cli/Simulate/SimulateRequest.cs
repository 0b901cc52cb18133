using MissBgm.Runtime;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>A checked request to simulate.</summary>
internal sealed record SimulateRequest
{
    /// <exception cref="UserInputException">A setting is outside its range, or the table is not named.</exception>
    public SimulateRequest(SimulationKind kind, string output, string? data, OracleBenchmarkSettings settings, double alpha)
    {
        Require(settings.MissingRate is > 0 and < 1, $"--rate is {settings.MissingRate}; allowed: above 0 and below 1.");
        Require(alpha is > 0 and < 1, $"--alpha is {alpha}; allowed: above 0 and below 1.");
        Require(settings.Rows >= 1, $"--rows is {settings.Rows}; allowed: 1 or more.");
        Require(settings.Anchors >= 1, $"--anchors is {settings.Anchors}; allowed: 1 or more.");
        Require(settings.Columns > settings.Anchors, $"--columns is {settings.Columns}; allowed: more than the {settings.Anchors} anchors.");
        Require(
            (long)settings.Rows * settings.Columns <= Array.MaxLength,
            $"--rows times --columns is {(long)settings.Rows * settings.Columns}; allowed: up to {Array.MaxLength} cells.");
        Require(kind == SimulationKind.Oracle || data is not null, "--data is missing; name the complete table whose cells are to be hidden.");
        (Kind, Output, Data, Settings, Alpha) = (kind, output, data, settings, alpha);
    }

    public SimulationKind Kind { get; }

    /// <summary>The folder to write.</summary>
    public string Output { get; }

    /// <summary>The complete table; null for the oracle benchmark.</summary>
    public string? Data { get; }

    /// <summary>Missing rate and seed; the rest is the oracle benchmark's.</summary>
    public OracleBenchmarkSettings Settings { get; }

    /// <summary>The oracle's intervals cover 1 - alpha.</summary>
    public double Alpha { get; }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new UserInputException(otherwise);
    }
}
