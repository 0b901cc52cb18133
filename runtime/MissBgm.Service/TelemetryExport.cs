using System.Collections;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MissBgm.Service;

/// <summary>Sends metrics and traces to an OpenTelemetry collector; nothing is sent unless someone says where to.</summary>
internal static class TelemetryExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>OpenTelemetry's own variables of the environment, which say how to send: headers, protocol, intervals.</summary>
    /// <param name="collector">Where to, whatever they say.</param>
    internal static IEnumerable<KeyValuePair<string, string?>> Variables(Uri collector) =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => $"{variable.Key}" is var name && name.StartsWith("OTEL_", StringComparison.Ordinal) && name != Endpoint)
            .Select(variable => KeyValuePair.Create($"{variable.Key}", (string?)variable.Value))
            .Append(KeyValuePair.Create(Endpoint, (string?)collector.ToString()));

    internal static void AddTo(IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("missbgm", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3)))
        .WithMetrics(metrics => metrics
            .AddMeter(ServiceMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter())
        .WithTracing(traces => traces
            .AddSource(ServiceMeter.Name)
            .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
            .AddOtlpExporter());
}
