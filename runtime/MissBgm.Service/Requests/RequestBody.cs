using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using MissBgm.Runtime;
using MissBgm.Service.Guards;

namespace MissBgm.Service.Requests;

/// <summary>What a request carries, and what it wants back: JSON or CSV.</summary>
internal static class RequestBody
{
    internal const string Json = "application/json";
    internal const string Csv = "text/csv";
    internal const string Form = "multipart/form-data";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Whether the body is of a kind.</summary>
    internal static bool Is(HttpRequest request, string kind) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(kind, StringComparison.OrdinalIgnoreCase);

    /// <summary>The refusal of a body of another kind.</summary>
    internal static Refusal OtherKind(HttpRequest request, params ReadOnlySpan<string> kinds) => new(
        StatusCodes.Status415UnsupportedMediaType, "media-type",
        $"The body is of type '{request.ContentType}'; allowed are {string.Join(" and ", kinds!)} (Content-Type).");

    /// <summary>Whether the answer is to be CSV: as the request asks, or else as its own body is.</summary>
    /// <exception cref="Refusal">It asks for something else.</exception>
    internal static bool WantsCsv(HttpRequest request, bool byDefault)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted is not { Count: > 0 }) return byDefault;
        foreach (var type in accepted.OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.Quality is 0) continue;
            if (type.MatchesAllTypes) return byDefault;
            if (type.IsSubsetOf(new MediaTypeHeaderValue(Csv)) || type.MediaType == "text/*") return true;
            if (type.IsSubsetOf(new MediaTypeHeaderValue(Json)) || type.MediaType == "application/*") return false;
        }

        throw new Refusal(
            StatusCodes.Status406NotAcceptable, "media-type", $"The answer cannot be of type '{request.Headers.Accept}'; there are {Json} and {Csv} (Accept).");
    }

    /// <summary>Reads the body whole.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, comes too slowly, or ends too soon.</exception>
    /// <exception cref="Refusal">With the other bodies that have come it is too much.</exception>
    internal static async Task<MemoryStream> ReadAsync(HttpContext context, BodyRoom room)
    {
        var claim = room.Enter();
        context.Response.RegisterForDispose(claim);
        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, 1 << 20));
        var part = new byte[1 << 16];
        for (int length; (length = await context.Request.Body.ReadAsync(part, context.RequestAborted)) > 0;)
        {
            claim.Take(length);
            body.Write(part, 0, length);
        }

        body.Position = 0;
        return body;
    }

    /// <summary>Parses a body of JSON; members that come twice are refused.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="UserInputException">A name in it is no Unicode.</exception>
    internal static JsonDocument Parse(MemoryStream body)
    {
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, which names that are compared must not have.
            throw new UserInputException($"The body holds a name that is no Unicode: {e.Message}", e);
        }
    }

    /// <summary>Refuses members that a request does not have.</summary>
    /// <exception cref="UserInputException">There is one, or one is missing.</exception>
    internal static void RequireMembers(JsonElement root, params ReadOnlySpan<string> names)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new UserInputException($"The body must be a JSON object with {string.Join(" and ", names!)}.");
        foreach (var member in root.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new UserInputException(
                    $"The body has a member '{member.Name}'; it must have {string.Join(" and ", names!)}, and options stand in the address, as ?draws=100.");
            }
        }

        foreach (var name in names)
        {
            if (root.TryGetProperty(name, out _)) continue;
            throw new UserInputException($"The body lacks '{name}'; it must be a JSON object with {string.Join(" and ", names!)}.");
        }
    }

    /// <summary>Reads a form whose parts are tables; all of it stays in memory.</summary>
    /// <exception cref="UserInputException">It is none.</exception>
    internal static async Task<Dictionary<string, MemoryStream>> ReadFormAsync(HttpContext context, BodyRoom room, ServeOptions options)
    {
        context.Request.Body = await ReadAsync(context, room);
        try
        {
            return await ReadPartsAsync(context, options);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new UserInputException(
                $"The form cannot be read: {e.Message.TrimEnd('.')}. Send it as {Form} with a boundary, and in it the parts train and test, as curl -F does.",
                e);
        }
    }

    private static async Task<Dictionary<string, MemoryStream>> ReadPartsAsync(HttpContext context, ServeOptions options)
    {
        var whole = (int)Math.Min(int.MaxValue, options.MaximumBody);
        var form = await context.Request.ReadFormAsync(
            new FormOptions
            {
                MemoryBufferThreshold = whole,
                BufferBodyLengthLimit = options.MaximumBody,
                MultipartBodyLengthLimit = options.MaximumBody,
                ValueLengthLimit = whole,
            },
            context.RequestAborted);
        var parts = new Dictionary<string, MemoryStream>(StringComparer.Ordinal);
        foreach (var file in form.Files)
        {
            var part = new MemoryStream();
            await file.CopyToAsync(part, context.RequestAborted);
            part.Position = 0;
            parts[file.Name] = part;
        }

        foreach (var (name, value) in form) parts.TryAdd(name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(value.ToString())));
        return parts;
    }
}
