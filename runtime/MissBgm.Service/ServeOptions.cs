using System.Net;
using MissBgm.Runtime;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Service;

/// <summary>What the service serves, to whom, and within which limits.</summary>
internal sealed record ServeOptions
{
    /// <summary>The models, as <c>NAME=BUNDLE</c> or <c>BUNDLE</c>.</summary>
    public required IReadOnlyList<ModelPlace> Models { get; init; }

    /// <summary>The address that is listened on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>A file whose text a request must carry as its bearer token; null if none is asked for.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Bytes of a request's body at most.</summary>
    public long MaximumBody { get; init; } = 32L << 20;

    /// <summary>Rows of a request at most.</summary>
    public int MaximumRows { get; init; } = 100_000;

    /// <summary>Cells that a request's tables and its answer's may have at most.</summary>
    public long MaximumCells => 100L * MaximumRows;

    /// <summary>Bytes of all bodies together that have come, and whose requests are not answered yet.</summary>
    public long MaximumBodies => MaximumBody * Math.Max(16, 2 * Concurrency);

    /// <summary>How long a request may take, from its last byte to its answer's first.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests computed at once.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that wait at most; further ones are refused.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>Connections at once at most.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>Threads of a request.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How often it is looked whether a bundle was replaced; zero for never.</summary>
    public TimeSpan Reload { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after SIGTERM requests are still taken, while connections are closed one after the other.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where metrics and traces are sent; nowhere if null.</summary>
    public Uri? Telemetry { get; init; }

    /// <summary>Whether messages are JSON.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Where models compute.</summary>
    public ComputeDevice Device { get; init; }

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="UserInputException">An option is out of range.</exception>
    internal void Validate()
    {
        Require(Models.Count > 0, "There is no model; name one with --model NAME=BUNDLE.");
        Require(Port is >= 0 and <= 65535, $"--port is {Port}; allowed is 0 (any that is free) to 65535.");
        Require(MaximumBody is >= 1024 and <= 1L << 30, $"--max-body-mb is {MaximumBody >> 20}; allowed is 1 to 1024.");
        Require(MaximumRows >= 1, $"--max-rows is {MaximumRows}; allowed is at least 1.");
        Require(Timeout > TimeSpan.Zero && Timeout.TotalDays <= 1, $"--timeout is {Timeout.TotalSeconds}; allowed is above 0 and at most 86400 seconds.");
        Require(Concurrency is >= 1 and <= 1024, $"--concurrency is {Concurrency}; allowed is 1 to 1024.");
        Require(Queue is >= 0 and <= 100_000, $"--queue is {Queue}; allowed is 0 to 100000.");
        Require(Connections is >= 1 and <= 100_000, $"--connections is {Connections}; allowed is 1 to 100000.");
        Require(Threads is >= 1 and <= 1024, $"--threads is {Threads}; allowed is 1 to 1024.");
        Require(Reload >= TimeSpan.Zero && Reload.TotalDays <= 1, $"--reload is {Reload.TotalSeconds}; allowed is 0 (never) to 86400 seconds.");
        Require(Drain >= TimeSpan.Zero && Drain.TotalHours <= 1, $"--drain is {Drain.TotalSeconds}; allowed is 0 to 3600 seconds.");
        var twice = Models.GroupBy(model => model.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        Require(twice is null, $"--model: two models are called '{twice?.Key}'; name them, as in --model first={twice?.First().Path}.");
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds) throw new UserInputException(fault);
    }
}

/// <summary>A model that is served.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Path">A folder or a .zip file.</param>
internal sealed record ModelPlace(string Name, string Path)
{
    /// <summary>Reads <c>NAME=BUNDLE</c>, or <c>BUNDLE</c>, which is called as the folder or the file is.</summary>
    /// <exception cref="UserInputException">The name cannot stand in an address.</exception>
    internal static ModelPlace Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        // A path may hold an equals sign itself.
        var isNamed = equals > 0 && !text[..equals].Contains('/', StringComparison.Ordinal);
        var (name, path) = isNamed ? (text[..equals], text[(equals + 1)..]) : (NameOf(text), text);
        if (path.Length == 0) throw new UserInputException($"--model is '{text}'; allowed is NAME=BUNDLE or BUNDLE, the bundle a folder or a .zip file.");
        return name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? new ModelPlace(name, path)
            : throw new UserInputException(
                $"--model: the name '{name}' cannot stand in an address; give one of letters, digits, '-', '_' and '.', as in --model wine={path}.");
    }

    private static string NameOf(string path)
    {
        var last = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path.Length == 0 ? "." : path)));
        return last.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? last[..^4] : last;
    }
}
