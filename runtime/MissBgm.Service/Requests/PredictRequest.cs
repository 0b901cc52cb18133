using Microsoft.OpenApi;
using MissBgm.Runtime;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Service.Requests;

/// <summary>How labels are to be predicted, as the query says; what it does not say is as with <c>missbgm predict</c>.</summary>
internal sealed record PredictRequest
{
    /// <summary>The options of <c>:predict</c>.</summary>
    internal static IReadOnlyList<QueryOption<PredictRequest>> Known { get; } =
    [
        new("target", JsonSchemaType.String, "The label's column (required).", (r, text) => r with { Target = text }),
        new("ensemble", JsonSchemaType.Integer, "Forward passes to average (8).", (r, text) => r with { Ensemble = QueryOptions.Whole("ensemble", text) }),
        new("context-rows", JsonSchemaType.Integer, "Most training rows a pass looks at (4096).", (r, text) => r with
        {
            ContextRows = QueryOptions.Whole("context-rows", text),
        }),
        new("seed", JsonSchemaType.Integer, "Seed of the orders and draws (42).", (r, text) => r with { Seed = QueryOptions.Seed(text) }),
        new("id", JsonSchemaType.String, "Columns that name the rows, separated by commas; not used.", (r, text) => r with { Ids = text }),
        new("ignore", JsonSchemaType.String, "Other columns not to use, separated by commas.", (r, text) => r with { Ignored = text }),
        new("missing-tokens", JsonSchemaType.String, "Texts that stand for a missing cell, separated by commas.", (r, text) => r with { MissingTokens = text }),
    ];

    private string? Target { get; init; }

    private int? Ensemble { get; init; }

    private int? ContextRows { get; init; }

    private ulong? Seed { get; init; }

    private string? Ids { get; init; }

    private string? Ignored { get; init; }

    private string? MissingTokens { get; init; }

    /// <summary>The label's column.</summary>
    /// <exception cref="UserInputException">It is not named.</exception>
    internal string RequiredTarget =>
        Target is { Length: > 0 } ? Target : throw new UserInputException("The option target is missing: name the label's column.");

    /// <summary>How tables are read.</summary>
    internal ReadOptions Reading => MissingTokens is null ? new ReadOptions() : new ReadOptions { Missing = Runtime.Tables.MissingTokens.Parse(MissingTokens) };

    /// <summary>How to predict.</summary>
    internal PredictOptions Options(Table train, int threads)
    {
        var standard = new PredictOptions();
        return standard with
        {
            Ensemble = Ensemble ?? standard.Ensemble,
            MaximumContext = ContextRows ?? standard.MaximumContext,
            Seed = Seed ?? standard.Seed,
            Ignored = [.. new ColumnDeclarations().With(train, Ids, Ignored).Columns.Keys],
            Threads = threads,
        };
    }
}
