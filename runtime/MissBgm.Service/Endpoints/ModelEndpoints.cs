using MissBgm.Runtime.Tables;
using MissBgm.Service.Guards;
using MissBgm.Service.Models;

namespace MissBgm.Service.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{name}</c>.</summary>
internal static class ModelEndpoints
{
    internal static void Map(WebApplication app)
    {
        app.MapGet("/v1/models", (ModelShelf shelf) => TypedResults.Ok(new ModelList([.. shelf.Models.Select(Describe)])))
            .WithName("models").WithSummary("The models that are served.");
        app.MapGet("/v1/models/{name}", (string name, ModelShelf shelf) => TypedResults.Ok(Describe(Find(name, shelf))))
            .WithName("model").WithSummary("A model: its columns, and which bundle serves.");
    }

    private static ServedModel Find(string name, ModelShelf shelf) => name.Contains(':', StringComparison.Ordinal)
        ? throw new Refusal(StatusCodes.Status405MethodNotAllowed, "request", $"{name[name.IndexOf(':', StringComparison.Ordinal)..]} is asked for with POST.")
        : shelf.Find(name);

    private static ModelAnswer Describe(ServedModel model)
    {
        var loaded = model.Loaded;
        var bundle = loaded.Imputer.Bundle;
        return new ModelAnswer(
            model.Name,
            loaded.Predictor is null ? "missbgm" : "pfn-flow",
            loaded.Predictor is null ? ["impute"] : ["impute", "predict"],
            loaded.Hash,
            loaded.At,
            model.Fault,
            bundle is null ? null : [.. bundle.Schema.Columns.Select(Describe)]);
    }

    private static ColumnAnswer Describe(ColumnSchema column) => new(
        column.Name, column.Type.ToString().ToLowerInvariant(), column.Levels, column.IsDiscrete ? null : column.Minimum,
        column.IsDiscrete ? null : column.Maximum);
}

/// <summary>All models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelAnswer> Models);

/// <summary>A model.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Kind">missbgm (fitted) or pfn-flow (pretrained).</param>
/// <param name="Methods">What it can be asked.</param>
/// <param name="ManifestSha256">Which bundle serves: SHA-256 of its manifest.</param>
/// <param name="LoadedAt">Since when.</param>
/// <param name="ReloadFault">Why a newer bundle in its place does not serve.</param>
/// <param name="Columns">The columns of a fitted model.</param>
internal sealed record ModelAnswer(
    string Name, string Kind, IReadOnlyList<string> Methods, string ManifestSha256, DateTimeOffset LoadedAt, string? ReloadFault,
    IReadOnlyList<ColumnAnswer>? Columns);

/// <summary>A column of a fitted model.</summary>
internal sealed record ColumnAnswer(string Name, string Type, IReadOnlyList<string>? Levels, double? Minimum, double? Maximum);
