using System.CommandLine;
using System.Net;
using MissBgm.Runtime;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Service;

/// <summary>The command line of <c>missbgm serve</c>.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> Model = new("--model")
    {
        Description = "A fitted or pretrained model: a folder or a .zip file, called as that is, or by a name before it (wine=model/). May be given "
            + "several times.",
        HelpName = "[NAME=]BUNDLE",
        Required = true,
    };

    private static readonly Option<string> Host = Of("--host", "ADDRESS", "Address to listen on; 0.0.0.0 for all.", "127.0.0.1");
    private static readonly Option<int> Port = Of("--port", "N", "Port to listen on; 0 for any that is free.", 8080);
    private static readonly Option<string?> Token = Of<string?>("--token-file", "FILE", "Asks every request for the token that the file holds.", null);
    private static readonly Option<int> Body = Of("--max-body-mb", "N", "Largest body of a request in megabytes.", 32);
    private static readonly Option<int> Rows = Of("--max-rows", "N", "Most rows of a request.", 100_000);
    private static readonly Option<double> Timeout = Of("--timeout", "SECONDS", "Longest time a request may wait and compute.", 60.0);
    private static readonly Option<int> Concurrency = Of(
        "--concurrency", "N", "Requests computed at once.", Environment.ProcessorCount);
    private static readonly Option<int> Queue = Of("--queue", "N", "Requests that may wait; further ones get status 429.", 64);
    private static readonly Option<int> Connections = Of("--connections", "N", "Most connections at once.", 1024);
    private static readonly Option<int> Threads = Of("--threads", "N", "Threads of a request.", 1);
    private static readonly Option<double> Reload = Of(
        "--reload", "SECONDS", "How often to look whether a bundle was replaced; 0 for never.", 2.0);
    private static readonly Option<double> Drain = Of(
        "--drain", "SECONDS", "How long requests are still taken after SIGTERM, while connections close.", 1.0);
    private static readonly Option<string?> Otlp = Of<string?>(
        "--otlp", "URL", "Sends OpenTelemetry metrics and traces there (default: OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere).", null);
    private static readonly Option<string> Log = Of("--log", "FORMAT", "Messages as text or json, one object a line.", "text");
    private static readonly Option<string> Device = Of("--device", "DEVICE", "cpu or cuda.", "cpu");

    private static RootCommand Create(Func<ServeOptions, Task<int>> run)
    {
        _ = Log.AcceptOnlyFromAmong("text", "json");
        _ = Device.AcceptOnlyFromAmong("cpu", "cuda");
        var command = new RootCommand("Serves models over HTTP: POST /v1/models/NAME:impute and :predict; GET /openapi/v1.json describes it all.")
        {
            Model, Host, Port, Token, Body, Rows, Timeout, Concurrency, Queue, Connections, Threads, Reload, Drain, Otlp, Log, Device,
        };
        command.SetAction((parsed, _) => ServiceProgram.ExplainAsync(() => run(Read(parsed))));
        return command;
    }

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] args, Func<ServeOptions, Task<int>> run)
    {
        var parsed = Create(run).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return await ServiceProgram.ExplainAsync(() => throw new UserInputException($"{parsed.Errors[0].Message.TrimEnd('.')}. See missbgm serve --help."));
        }

        // Signals are the host's: it ends when all that has come is answered.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Option<T> Of<T>(string name, string value, string description, T otherwise) => new(name)
    {
        Description = description,
        HelpName = value,
        DefaultValueFactory = _ => otherwise,
    };

    private static ServeOptions Read(ParseResult parsed)
    {
        var host = parsed.GetValue(Host)!;
        var otlp = parsed.GetValue(Otlp) ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
        var options = new ServeOptions
        {
            Models = [.. parsed.GetValue(Model)!.Select(ModelPlace.Parse)],
            Address = host == "localhost" ? IPAddress.Loopback
                : IPAddress.TryParse(host, out var address) ? address
                : throw new UserInputException($"--host is '{host}'; allowed is an address of this machine, such as 127.0.0.1 or 0.0.0.0."),
            Port = parsed.GetValue(Port),
            TokenFile = parsed.GetValue(Token),
            MaximumBody = (long)parsed.GetValue(Body) << 20,
            MaximumRows = parsed.GetValue(Rows),
            Timeout = Seconds(parsed.GetValue(Timeout)),
            Concurrency = parsed.GetValue(Concurrency),
            Queue = parsed.GetValue(Queue),
            Connections = parsed.GetValue(Connections),
            Threads = parsed.GetValue(Threads),
            Reload = Seconds(parsed.GetValue(Reload)),
            Drain = Seconds(parsed.GetValue(Drain)),
            Telemetry = string.IsNullOrEmpty(otlp) ? null
                : Uri.TryCreate(otlp, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
                : throw new UserInputException($"--otlp is '{otlp}'; allowed is an address such as http://127.0.0.1:4317."),
            JsonLog = parsed.GetValue(Log) == "json",
            Device = parsed.GetValue(Device) == "cuda" ? ComputeDevice.Cuda : ComputeDevice.Cpu,
        };
        options.Validate();
        return options;
    }

    // What is no length of time is out of every range.
    private static TimeSpan Seconds(double seconds) => double.IsFinite(seconds) && Math.Abs(seconds) < 1e9 ? TimeSpan.FromSeconds(seconds) : TimeSpan.MinValue;
}
