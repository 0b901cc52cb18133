using System.Text.Json;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Service.Guards;
using MissBgm.Service.Models;
using MissBgm.Service.Requests;

namespace MissBgm.Service.Endpoints;

/// <summary><c>POST /v1/models/{name}:impute</c>: rows as JSON or CSV in, completed rows and what is known of each missing cell out.</summary>
internal static class ImputeEndpoint
{
    private const string Rows = "rows";

    internal static void Map(WebApplication app) => app.MapPost("/v1/models/{name}:impute", ImputeAsync)
        .WithName("impute").WithSummary("Fill the missing cells of a table.")
        .WithDescription("Options stand in the query and are those of missbgm impute. What is given in the same order with the same seed has the same answer.")
        .Describe(ImputeRequest.Known, ApiDescription.ImputeBody);

    private static async Task<IResult> ImputeAsync(
        string name, HttpContext context, ModelShelf shelf, Admission admission, BodyRoom room, ServeOptions options, ServiceMeter meter)
    {
        var model = shelf.Find(name);
        var request = QueryOptions.Read(context.Request.Query, ImputeRequest.Known, new ImputeRequest());
        var isCsv = RequestBody.Is(context.Request, RequestBody.Csv);
        if (!isCsv && !RequestBody.Is(context.Request, RequestBody.Json)) throw RequestBody.OtherKind(context.Request, RequestBody.Json, RequestBody.Csv);
        var wantsCsv = RequestBody.WantsCsv(context.Request, isCsv);
        if (wantsCsv && request.Multiple is not null)
        {
            throw new Runtime.UserInputException("Several completed tables do not fit into one CSV: ask for application/json (Accept) with multiple.");
        }

        admission.RequireRoom();
        using var body = await RequestBody.ReadAsync(context, room);
        var answer = await admission.RunAsync(context, cancellation => model.Use(loaded =>
        {
            // A model that was replaced in this very moment is asked anew.
            body.Position = 0;
            using var activity = ServiceMeter.Activities.StartActivity("impute");
            using var json = isCsv ? null : RequestBody.Parse(body);
            var rows = json is null ? null : Read(json.RootElement, loaded.Imputer, options, request);
            var table = rows?.Table ?? TableLimits.Read(body, "the body", options, request.Reading(loaded.Imputer.Reading));
            var multiple = request.Multiple is { } count ? new MultipleImputations(count) : null;
            TableLimits.Require(table.Rows, table.Columns, 1 + (multiple?.Count ?? 0), options);
            var imputed = loaded.Imputer.Impute(table, request.Options(loaded.Imputer, table, options.Threads, multiple), null, cancellation);
            activity?.SetTag("missbgm.model", name).SetTag("missbgm.rows", table.Rows).SetTag("missbgm.cells", imputed.Cells.Count);
            meter.Answered(name, table.Rows, imputed.Cells.Count);
            return wantsCsv ? Csv(imputed, request) : ImputeAnswer.Write(new Answered(name, loaded, imputed, rows, request, multiple));
        }));
        return TypedResults.Bytes(answer, wantsCsv ? "text/csv; charset=utf-8" : RequestBody.Json);
    }

    private static JsonRows Read(JsonElement root, Imputer imputer, ServeOptions options, ImputeRequest request)
    {
        RequestBody.RequireMembers(root, Rows);
        var schema = imputer.Bundle?.Schema;
        string[]? known = schema is null ? null : [.. schema.Columns.Select(column => column.Name), .. schema.Carried.Select(column => column.Name)];
        return JsonRows.Read(root.GetProperty(Rows), Rows, known, schema?.Columns.Count ?? 0, options, request.Reading(imputer.Reading));
    }

    private static ReadOnlyMemory<byte> Csv(ImputedTable imputed, ImputeRequest request)
    {
        var csv = new MemoryStream();
        if (request.Cells) imputed.WriteCells(csv);
        else imputed.WriteCompleted(csv, request.Rounded, new TableFileKind(TableFileFormat.Text, TablePacking.None));
        return csv.GetBuffer().AsMemory(0, (int)csv.Length);
    }
}
