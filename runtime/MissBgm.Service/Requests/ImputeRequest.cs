using Microsoft.OpenApi;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Service.Requests;

/// <summary>How a table is to be imputed, as the query says; what it does not say is as with <c>missbgm impute</c>.</summary>
internal sealed record ImputeRequest
{
    /// <summary>The options of <c>:impute</c>.</summary>
    internal static IReadOnlyList<QueryOption<ImputeRequest>> Known { get; } =
    [
        new("draws", JsonSchemaType.Integer, "Retained draws of each chain.", (r, text) => r with { Draws = Whole("draws", text) }),
        new("burn-in", JsonSchemaType.Integer, "Warm-up sweeps of each chain, discarded.", (r, text) => r with { BurnIn = Whole("burn-in", text) }),
        new("chains", JsonSchemaType.Integer, "Chains of each row.", (r, text) => r with { Chains = Whole("chains", text) }),
        new("sampler", JsonSchemaType.String, "joint, or paper for the paper's HMC within Gibbs.", (r, text) => r with
        {
            Sampler = QueryOptions.OneOf("sampler", text, "joint", "paper") == "joint" ? SamplerKind.Joint : SamplerKind.Paper,
        }) { Choices = ["joint", "paper"] },
        new("leapfrog-steps", JsonSchemaType.Integer, "Mean leapfrog steps of an update.", (r, text) => r with
        {
            LeapfrogSteps = Whole("leapfrog-steps", text),
        }),
        new("alpha", JsonSchemaType.Number, "Intervals cover 1 - alpha.", (r, text) => r with { Alpha = QueryOptions.Number("alpha", text) }),
        new("seed", JsonSchemaType.Integer, "Seed of the sampler (42).", (r, text) => r with { Seed = QueryOptions.Seed(text) }),
        new("map-only", JsonSchemaType.Boolean, "Give the joint mode of each row only; no sampling.", (r, text) => r with { MapOnly = Is("map-only", text) }),
        new("multiple", JsonSchemaType.Integer, "Give so many completed tables besides, for multiple imputation (JSON answers only).", (r, text) => r with
        {
            Multiple = Whole("multiple", text),
        }),
        new("keep-empty", JsonSchemaType.String, "Cells that must stay empty: a column, or \"column | other = value\".", (r, text) => r with
        {
            KeepEmpty = [.. r.KeepEmpty, KeepEmptyRule.Parse(text)],
        }) { IsMany = true },
        new("no-rounding", JsonSchemaType.Boolean, "Give posterior means of whole numbers as they are.", (r, text) => r with
        {
            Rounded = !Is("no-rounding", text),
        }),
        new("id", JsonSchemaType.String, "PFN-Flow models: columns that name the rows, separated by commas.", (r, text) => r with { Ids = text }),
        new("ignore", JsonSchemaType.String, "PFN-Flow models: other columns to carry through untouched.", (r, text) => r with { Ignored = text }),
        new("missing-tokens", JsonSchemaType.String, "Texts that stand for a missing cell, separated by commas.", (r, text) => r with { MissingTokens = text }),
        new("decimal", JsonSchemaType.String, "CSV: decimal mark where a column leaves it open, a point or a comma.", (r, text) => r with { Decimal = text }),
        new("output", JsonSchemaType.String, "CSV answers: the completed table, or the line of each missing cell.", (r, text) => r with
        {
            Cells = QueryOptions.OneOf("output", text, "completed", "cells") == "cells",
        }) { Choices = ["completed", "cells"] },
    ];

    internal int? Draws { get; private init; }

    internal int? BurnIn { get; private init; }

    internal int? Chains { get; private init; }

    internal SamplerKind? Sampler { get; private init; }

    internal int? LeapfrogSteps { get; private init; }

    internal double? Alpha { get; private init; }

    internal ulong Seed { get; private init; } = 42;

    internal bool MapOnly { get; private init; }

    internal int? Multiple { get; private init; }

    internal IReadOnlyList<KeepEmptyRule> KeepEmpty { get; private init; } = [];

    internal bool Rounded { get; private init; } = true;

    internal string? Ids { get; private init; }

    internal string? Ignored { get; private init; }

    internal string? MissingTokens { get; private init; }

    internal string? Decimal { get; private init; }

    /// <summary>Whether a CSV answer has the cells and not the completed table.</summary>
    internal bool Cells { get; private init; }

    /// <summary>How tables are read.</summary>
    internal ReadOptions Reading(ReadOptions stored) => stored with
    {
        Missing = MissingTokens is null ? stored.Missing : Runtime.Tables.MissingTokens.Parse(MissingTokens),
        Decimal = Decimal is null ? stored.Decimal : ReadOptions.DecimalMark(Decimal),
    };

    /// <summary>How to impute a table.</summary>
    /// <exception cref="UserInputException">Options contradict each other, or the model has no use for one.</exception>
    internal ImputeOptions Options(Imputer imputer, Table table, int threads, MultipleImputations? multiple)
    {
        var stored = imputer.Inference;
        if (MapOnly && Multiple is not null) throw new UserInputException("map-only makes no draws; leave it out to use multiple.");
        return new ImputeOptions
        {
            Inference = stored with
            {
                Draws = Draws ?? stored.Draws,
                BurnIn = BurnIn ?? stored.BurnIn,
                Chains = Chains ?? stored.Chains,
                Alpha = Alpha ?? stored.Alpha,
                Sampler = Sampler ?? stored.Sampler,
                LeapfrogSteps = LeapfrogSteps ?? stored.LeapfrogSteps,
            },
            Seed = Seed,
            MapOnly = MapOnly,
            Threads = threads,
            KeepEmpty = KeepEmpty.Count == 0 ? null : KeepEmpty,
            Columns = Columns(imputer, table),
            DrawSinks = multiple is null ? [] : [multiple],
        };
    }

    private ColumnDeclarations? Columns(Imputer imputer, Table table)
    {
        var declared = new ColumnDeclarations().With(table, Ids, Ignored);
        if (imputer.Bundle is not { } bundle) return declared;
        var own = declared.Columns.Keys.FirstOrDefault(name => bundle.Schema.Columns.Any(column => column.Name == name));
        return own is null ? null : throw new UserInputException($"id, ignore: column '{own}' is one of the model's; leave it out when fitting.");
    }

    private static int Whole(string name, string text) => QueryOptions.Whole(name, text);

    private static bool Is(string name, string text) => QueryOptions.Switch(name, text);
}
