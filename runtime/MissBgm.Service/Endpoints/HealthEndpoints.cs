using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MissBgm.Service.Endpoints;

/// <summary><c>GET /health/live</c>: the process answers; <c>GET /health/ready</c>: requests are welcome.</summary>
internal static class HealthEndpoints
{
    internal static void Map(WebApplication app)
    {
        app.MapHealthChecks("/health/live", Of(_ => false));
        app.MapHealthChecks("/health/ready", Of(_ => true));
    }

    private static HealthCheckOptions Of(Func<HealthCheckRegistration, bool> checks) => new()
    {
        Predicate = checks,
        ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(
            new HealthAnswer(
                report.Status == HealthStatus.Healthy ? "ready" : "not ready", report.Entries.Values.Select(entry => entry.Description).FirstOrDefault()),
            ServiceJson.Default.HealthAnswer),
    };
}

/// <summary>How the service is.</summary>
/// <param name="Status">ready or not ready.</param>
/// <param name="Reason">Why not.</param>
internal sealed record HealthAnswer(string Status, string? Reason);
