using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MissBgm.Runtime.Tests.Service;

public class TelemetryExportTests
{
    [Fact]
    public async Task Metrics_and_traces_go_to_the_collector_that_is_named()
    {
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        using var collector = new HttpListener();
        collector.Prefixes.Add(address.ToString());
        collector.Start();
        var told = new ConcurrentBag<string>();
        var listening = Task.Run(async () =>
        {
            while (collector.IsListening)
            {
                var request = await collector.GetContextAsync();
                told.Add(request.Request.Url!.AbsolutePath);
                request.Response.Close();
            }
        });
        await using (var service = await RunningService.StartAsync(options => options with { Telemetry = address }))
        {
            Assert.Equal(HttpStatusCode.OK, (await service.ImputeAsync(options: "?map-only")).StatusCode);
        }

        collector.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => listening);
        Assert.Contains("/v1/metrics", told);
        Assert.Contains("/v1/traces", told);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
