namespace MissBgm.Service.Guards;

/// <summary>
/// Whether the service is about to end: it then says that it is not ready and closes each connection with its answer, so that no request is on its way
/// when it stops listening.
/// </summary>
internal sealed class Draining(ILogger<Draining> logger)
{
    private volatile bool _begun;

    /// <summary>Whether it has begun.</summary>
    internal bool HasBegun => _begun;

    /// <summary>Begins.</summary>
    internal void Begin()
    {
        _begun = true;
        logger.Ending();
    }

    /// <summary>Tells clients that their connection ends.</summary>
    internal sealed class Middleware(RequestDelegate next, Draining draining)
    {
        public Task InvokeAsync(HttpContext context)
        {
            context.Response.OnStarting(
                () =>
                {
                    if (draining.HasBegun) context.Response.Headers.Connection = "close";
                    return Task.CompletedTask;
                });
            return next(context);
        }
    }
}
