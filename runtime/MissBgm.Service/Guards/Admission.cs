using System.Threading.RateLimiting;

namespace MissBgm.Service.Guards;

/// <summary>
/// So many requests are computed at once, so many more wait, and the rest are refused at once (status 429). A request is let in when its body has come, so
/// that clients that send slowly keep no one from working.
/// </summary>
internal sealed class Admission(ServeOptions options, ServiceMeter meter) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Concurrency,
        QueueLimit = options.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Refuses a request before its body is read, where it would be refused after.</summary>
    /// <exception cref="Refusal">Too many wait.</exception>
    internal void RequireRoom()
    {
        var now = _limiter.GetStatistics()!;
        if (now.CurrentAvailablePermits == 0 && now.CurrentQueuedCount >= options.Queue) throw Full();
    }

    /// <summary>Does work when its turn comes, on a thread of its own.</summary>
    /// <exception cref="Refusal">Too many wait, or the time is over.</exception>
    internal async Task<T> RunAsync<T>(HttpContext context, Func<CancellationToken, T> work)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        end.CancelAfter(options.Timeout);
        try
        {
            using var permit = await _limiter.AcquireAsync(1, end.Token);
            if (!permit.IsAcquired) throw Full();
            return await Task.Run(() => work(end.Token), end.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new Refusal(
                StatusCodes.Status504GatewayTimeout, "timeout",
                $"The request took longer than {options.Timeout.TotalSeconds} seconds; ask for fewer rows or draws, or raise --timeout.");
        }
    }

    public void Dispose() => _limiter.Dispose();

    private Refusal Full()
    {
        meter.Refused();
        return new Refusal(
            StatusCodes.Status429TooManyRequests, "busy", $"{options.Concurrency} requests are computed and {options.Queue} wait; try again in a second.");
    }
}
