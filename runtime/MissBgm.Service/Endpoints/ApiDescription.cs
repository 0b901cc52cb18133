using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using MissBgm.Service.Requests;

namespace MissBgm.Service.Endpoints;

/// <summary>What <c>GET /openapi/v1.json</c> says that the code's types do not: options, bodies and problems.</summary>
internal static class ApiDescription
{
    private const string Problem = "application/problem+json";
    private const string Token = "bearer";

    private static readonly (string Status, string Meaning)[] Problems =
    [
        ("400", "The table or an option is at fault; the detail says where."),
        ("401", "The token is missing or another (only with --token-file)."),
        ("404", "There is no such model."),
        ("406", "The answer is asked for in a type that is not written."),
        ("413", "Too many bytes or rows."),
        ("415", "The body is of a type that is not read."),
        ("422", "A computation left the finite numbers."),
        ("429", "Too many requests wait; Retry-After says when to try again."),
        ("500", "Something that nobody foresaw; the log has it under trace_id."),
        ("503", "The model's bundle does not serve, or the memory does not suffice."),
        ("504", "The request took longer than it may."),
    ];

    internal static OpenApiRequestBody ImputeBody => Body(
        "Rows to complete: a member for each cell, null or none where it is missing; or a table with a header.",
        (RequestBody.Json, Members(("rows", Rows()))), (RequestBody.Csv, Text()));

    internal static OpenApiRequestBody PredictBody => Body(
        "Labelled rows and rows to label.",
        (RequestBody.Json, Members(("train", Rows()), ("test", Rows()))), (RequestBody.Form, Members(("train", Text()), ("test", Text()))));

    internal static void AddTo(IServiceCollection services, bool asksToken) => services.AddOpenApi("v1", api => api.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "MissBGM service",
            Version = typeof(ApiDescription).Assembly.GetName().Version!.ToString(3),
            Description = "Fills the gaps of tables with fitted models and says how sure it is; predicts labels with pretrained ones.",
        };
        if (asksToken)
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Token, Description = "The token of --token-file." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }];
        }

        return Task.CompletedTask;
    }));

    /// <summary>Describes an endpoint's options, its body and what it answers.</summary>
    internal static RouteHandlerBuilder Describe<T>(this RouteHandlerBuilder endpoint, IReadOnlyList<QueryOption<T>> options, OpenApiRequestBody body) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var option in options) operation.Parameters.Add(Parameter(option));
            operation.RequestBody = body;
            operation.Responses = new OpenApiResponses
            {
                ["200"] = Response("The answer.", (RequestBody.Json, new OpenApiSchema { Type = JsonSchemaType.Object }), (RequestBody.Csv, Text())),
            };
            foreach (var (status, meaning) in Problems) operation.Responses[status] = Response(meaning, (Problem, ProblemSchema()));
            return Task.CompletedTask;
        });

    private static OpenApiParameter Parameter<T>(QueryOption<T> option)
    {
        var schema = new OpenApiSchema { Type = option.Type };
        if (option.Choices.Count > 0) schema.Enum = [.. option.Choices.Select(choice => JsonValue.Create(choice))];
        return new OpenApiParameter
        {
            Name = option.Name,
            In = ParameterLocation.Query,
            Description = option.Description,
            Schema = option.IsMany ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
        };
    }

    private static OpenApiRequestBody Body(string description, params ReadOnlySpan<(string Type, OpenApiSchema Schema)> contents) => new()
    {
        Description = description,
        Required = true,
        Content = Contents(contents),
    };

    private static OpenApiResponse Response(string description, params ReadOnlySpan<(string Type, OpenApiSchema Schema)> contents) => new()
    {
        Description = description,
        Content = Contents(contents),
    };

    private static Dictionary<string, OpenApiMediaType> Contents(ReadOnlySpan<(string Type, OpenApiSchema Schema)> contents)
    {
        var types = new Dictionary<string, OpenApiMediaType>();
        foreach (var (type, schema) in contents) types[type] = new OpenApiMediaType { Schema = schema };
        return types;
    }

    private static OpenApiSchema Rows() => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema
            {
                Type = JsonSchemaType.Number | JsonSchemaType.String | JsonSchemaType.Boolean | JsonSchemaType.Null,
            },
        },
    };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Members(params ReadOnlySpan<(string Name, OpenApiSchema Schema)> members)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Required = new HashSet<string>(),
        };
        foreach (var (name, member) in members)
        {
            schema.Properties[name] = member;
            schema.Required.Add(name);
        }

        return schema;
    }

    private static OpenApiSchema ProblemSchema() => Members(
        ("type", Text()), ("title", Text()), ("status", new OpenApiSchema { Type = JsonSchemaType.Integer }), ("detail", Text()));
}
