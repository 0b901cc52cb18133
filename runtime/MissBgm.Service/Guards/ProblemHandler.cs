using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using MissBgm.Runtime;

namespace MissBgm.Service.Guards;

/// <summary>The one place where a failure becomes an answer: problem details (RFC 9457) with a sentence, never a stack trace.</summary>
internal sealed class ProblemHandler(ILogger<ProblemHandler> logger, ServeOptions options) : IExceptionHandler
{
    private const int ClientGone = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception fault, CancellationToken cancellation)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = ClientGone;
            return true;
        }

        var (status, kind, message) = Describe(context, fault);
        if (status == StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = "1";
        await Problem.WriteAsync(context, status, kind, message);
        return true;
    }

    private (int Status, string Kind, string Message) Describe(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case Refusal e:
                return (e.Status, e.Kind, e.Message);
            case UserInputException e:
                return (StatusCodes.Status400BadRequest, "input", e.Message);
            case NumericalException e:
                return (StatusCodes.Status422UnprocessableEntity, "numbers", e.Message);
            case BundleException e:
                return (StatusCodes.Status503ServiceUnavailable, "model", e.Message);
            case JsonException e:
                return (StatusCodes.Status400BadRequest, "input", $"The body is not JSON as it should be: {e.Message}");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return (
                    StatusCodes.Status413PayloadTooLarge, "size",
                    $"The body is longer than {options.MaximumBody >> 20} MB; send fewer rows at once, or raise --max-body-mb.");
            case BadHttpRequestException e:
                return (e.StatusCode, "request", e.Message);
            case OutOfMemoryException:
                return (
                    StatusCodes.Status503ServiceUnavailable, "memory", "The memory of the service does not suffice for this request; send fewer rows, or ask "
                    + "for fewer draws.");
            default:
                var id = Problem.TraceId(context);
                logger.Unforeseen(fault, id);
                return (
                    StatusCodes.Status500InternalServerError, "unforeseen", $"The service came upon something it does not know; its log has it under {id}.");
        }
    }
}
