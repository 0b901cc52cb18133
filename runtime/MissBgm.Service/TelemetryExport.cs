using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MissBgm.Service;

/// <summary>Sends metrics and traces to an OpenTelemetry collector; nothing is sent unless someone says where to.</summary>
internal static class TelemetryExport
{
    internal static void AddTo(IServiceCollection services, Uri collector) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("missbgm", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3)))
        .WithMetrics(metrics => metrics
            .AddMeter(ServiceMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(exporter => exporter.Endpoint = collector))
        .WithTracing(traces => traces
            .AddSource(ServiceMeter.Name)
            .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
            .AddOtlpExporter(exporter => exporter.Endpoint = collector));
}
