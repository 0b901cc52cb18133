using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using MissBgm.Runtime;

namespace MissBgm.Service.Guards;

/// <summary>Problem details (RFC 9457): what every request gets that is not answered as it wishes.</summary>
internal static class Problem
{
    private const string MediaType = "application/problem+json";

    /// <summary>What the log calls a request, so that its answer and its message can be brought together.</summary>
    internal static string TraceId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;

    /// <summary>Answers with a problem, whatever the request accepts.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="kind">The last part of the problem's type.</param>
    /// <param name="message">What, what is allowed, and how to mend it.</param>
    internal static Task WriteAsync(HttpContext context, int status, string kind, string message)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails
        {
            Status = status,
            Type = $"urn:missbgm:problem:{kind}",
            Title = ReasonPhrases.GetReasonPhrase(status),
            Detail = MissBgmException.Bounded(message),
            Extensions = { ["trace_id"] = TraceId(context) },
        };
        return context.Response.WriteAsJsonAsync(problem, ServiceJson.Default.ProblemDetails, MediaType);
    }

    /// <summary>Answers requests for what is not there, or by another method.</summary>
    internal static Task WriteAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => WriteAsync(
            context, StatusCodes.Status404NotFound, "no-path", $"There is nothing at {context.Request.Path}; GET /openapi/v1.json says what there is."),
        StatusCodes.Status405MethodNotAllowed => WriteAsync(
            context, StatusCodes.Status405MethodNotAllowed, "request", $"{context.Request.Path} is not asked for with {context.Request.Method}."),
        var status => WriteAsync(context, status, "request", "The request cannot be answered."),
    };
}
