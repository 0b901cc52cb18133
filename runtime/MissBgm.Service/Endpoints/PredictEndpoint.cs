using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;
using MissBgm.Service.Guards;
using MissBgm.Service.Models;
using MissBgm.Service.Requests;

namespace MissBgm.Service.Endpoints;

/// <summary>
/// <c>POST /v1/models/{name}:predict</c>: labelled rows and rows to label in, as JSON, or as CSV in the parts <c>train</c> and <c>test</c> of a form;
/// probabilities of the classes out.
/// </summary>
internal static class PredictEndpoint
{
    private const string Train = "train", Test = "test";

    internal static void Map(WebApplication app) => app.MapPost("/v1/models/{name}:predict", PredictAsync)
        .WithName("predict").WithSummary("Predict labels from labelled rows with a pretrained model.")
        .WithDescription("Options stand in the query and are those of missbgm predict; target is required.")
        .Describe(PredictRequest.Known, ApiDescription.PredictBody).DisableAntiforgery();

    private static async Task<IResult> PredictAsync(
        string name, HttpContext context, ModelShelf shelf, Admission admission, BodyRoom room, ServeOptions options, ServiceMeter meter)
    {
        var model = shelf.Find(name);
        var request = QueryOptions.Read(context.Request.Query, PredictRequest.Known, new PredictRequest());
        var target = request.RequiredTarget;
        if (model.Loaded.Predictor is null)
        {
            throw new UserInputException($"'{name}' is fitted to one table and imputes; labels are predicted by PFN-Flow models.");
        }

        var isForm = RequestBody.Is(context.Request, RequestBody.Form);
        if (!isForm && !RequestBody.Is(context.Request, RequestBody.Json)) throw RequestBody.OtherKind(context.Request, RequestBody.Json, RequestBody.Form);
        var wantsCsv = RequestBody.WantsCsv(context.Request, isForm);
        admission.RequireRoom();
        using var body = isForm ? null : await RequestBody.ReadAsync(context, room);
        var form = isForm ? await RequestBody.ReadFormAsync(context, room, options) : [];
        var answer = await admission.RunAsync(context, cancellation => model.Use(loaded =>
        {
            using var activity = ServiceMeter.Activities.StartActivity("predict");
            var (train, test) = body is null ? (Part(form, Train, options, request), Part(form, Test, options, request)) : Read(body, options, request);
            TableLimits.Require(train.Rows + test.Rows, Math.Max(train.Columns, test.Columns), 1, options);
            var predictor = loaded.Predictor ?? throw new UserInputException($"'{name}' was replaced by a model that predicts no labels.");
            var prediction = predictor.Predict(train, test, target, request.Options(train, options.Threads), cancellation);
            activity?.SetTag("missbgm.model", name).SetTag("missbgm.rows", prediction.Rows);
            meter.Answered(name, prediction.Rows, 0);
            return wantsCsv ? Csv(prediction) : Json(name, loaded, prediction);
        }));
        return TypedResults.Bytes(answer, wantsCsv ? "text/csv; charset=utf-8" : RequestBody.Json);
    }

    private static (Table Train, Table Test) Read(MemoryStream body, ServeOptions options, PredictRequest request)
    {
        body.Position = 0;
        using var json = RequestBody.Parse(body);
        RequestBody.RequireMembers(json.RootElement, Train, Test);
        Table Rows(string name) => JsonRows.Read(json.RootElement.GetProperty(name), name, null, 0, options, request.Reading).Table;
        return (Rows(Train), Rows(Test));
    }

    private static Table Part(Dictionary<string, MemoryStream> form, string name, ServeOptions options, PredictRequest request)
    {
        if (!form.TryGetValue(name, out var part))
        {
            throw new UserInputException($"The form lacks the part '{name}'; it must have the tables {Train} and {Test}.");
        }

        part.Position = 0;
        return TableLimits.Read(part, name, options, request.Reading);
    }

    private static ReadOnlyMemory<byte> Csv(Prediction prediction)
    {
        var csv = new MemoryStream();
        prediction.Write(csv);
        return csv.GetBuffer().AsMemory(0, (int)csv.Length);
    }

    private static ReadOnlyMemory<byte> Json(string model, LoadedModel loaded, Prediction prediction)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("manifest_sha256", loaded.Hash);
            json.WriteStartArray("rows");
            for (var row = 0; row < prediction.Rows; row++)
            {
                json.WriteStartObject();
                json.WriteString("predicted", prediction.Predicted(row));
                json.WriteStartObject("probabilities");
                for (var k = 0; k < prediction.Classes.Count; k++)
                {
                    json.WriteNumber(prediction.Classes[k], Math.Round(prediction.Probabilities[row * prediction.Classes.Count + k], 8));
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("unlabelled_rows", prediction.UnlabelledRows);
            json.WriteStartArray("notes");
            if (prediction.Carried.Count > 0) json.WriteStringValue($"not used: {CarriedSentence.Listed(prediction.Carried)}.");
            foreach (var (column, count) in prediction.UnseenCategories)
            {
                json.WriteStringValue($"column '{column}': {count} cells hold a category that the labelled rows do not have; they counted as missing.");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
