using Microsoft.Extensions.Diagnostics.HealthChecks;
using MissBgm.Service.Guards;

namespace MissBgm.Service.Models;

/// <summary>Whether requests are welcome: not before the models are loaded, and not when the service is about to end.</summary>
internal sealed class Readiness(ModelShelf shelf, ServeOptions options, Draining draining) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        draining.HasBegun ? HealthCheckResult.Unhealthy("The service is about to end.")
        : shelf.Models.Count < options.Models.Count ? HealthCheckResult.Unhealthy("Models are being loaded.")
        : HealthCheckResult.Healthy());
}
