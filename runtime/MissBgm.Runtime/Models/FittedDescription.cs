using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>What a fitted bundle holds, to be shown to a person.</summary>
internal static class FittedDescription
{
    internal static ModelDescription Of(Bundle bundle)
    {
        var manifest = bundle.Manifest;
        DescriptionTable[] evidence = manifest.Evidence is { Columns.Count: > 0 } found ? [Evidence(found)] : [];
        return new ModelDescription(ManifestJson.Shown(manifest, ManifestTypes.Default), Overview(bundle), [Columns(manifest), .. evidence]);
    }

    private static IReadOnlyList<(string, string)> Overview(Bundle bundle)
    {
        var (manifest, training, inference) = (bundle.Manifest, bundle.Manifest.Training, bundle.Manifest.Inference);
        var isPaper = manifest.Mechanism == Mechanism.Paper;
        var beta = isPaper ? $", beta {inference.Beta}" : "";
        return
        [
            ("kind", $"{manifest.Kind}, format {manifest.FormatVersion}, written by version {manifest.ToolVersion}"),
            ("mechanism", manifest.Evidence is { } evidence ? EvidenceSentence.Describe(evidence) : "paper: MissBGM as published"),
            ("generator", manifest.Generator is { } fits ? GeneratorSentence.Describe(fits) : isPaper ? "network" : "linear"),
            ("latent dimension", $"{manifest.LatentDimension}"),
            ("training", $"{training.Rows} rows, {training.MissingCells} missing cells, {training.Epochs} epochs, seed {manifest.Seed}"),
            ("losses", string.Join(", ", training.FinalLosses.Select(loss => $"{loss.Key} {loss.Value:G4}"))),
            ("inference", $"{inference.Chains} chains, {inference.BurnIn} + {inference.Draws} sweeps{beta}"),
            .. manifest.WeightDraws == 0 ? [] : new[] { ("networks", $"Bayesian: {manifest.WeightDraws} draws of the weights beside their means") },
            ("missing tokens", string.Join(", ", manifest.MissingTokens.Select(token => token.Length == 0 ? "the empty field" : token))),
            .. bundle.Sizes.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (file.Key, $"{file.Value / 1024.0:0.0} KiB, hash as listed")),
        ];
    }

    private static DescriptionTable Evidence(MechanismEvidence evidence) => new(
        "What each incomplete column says about its mask",
        [
            "column", "missing", "best rho", "score", "score, shared rho",
            "self slope", "standard error", "own value", "another column", "sum of others", "combination", "slope used",
        ],
        [.. evidence.Columns.Select(column => new[]
        {
            column.Column, $"{column.MissingShare:P1}", $"{column.Correlation:0.000}", $"{column.Score:0.0}", $"{column.SharedScore:0.0}",
            Follows(column, f => $"{f.Slope:0.00}"), Follows(column, f => $"{f.SlopeError:0.00}"), Follows(column, f => $"{f.OwnEvidence:0.0}"),
            Follows(column, f => $"{f.AnchorEvidence:0.0} ({f.Anchor ?? "none"})"), Follows(column, f => $"{f.SumEvidence:0.0}"),
            Follows(column, f => $"{f.CombinationEvidence:0.0}"), Follows(column, f => $"{f.FittedSlope:0.00}"),
        })]);

    private static string Follows(ColumnEvidence column, Func<MaskFollows, string> text) => column.Follows is { } follows ? text(follows) : "";

    private static DescriptionTable Columns(Manifest manifest) => new(
        null,
        ["column", "type", "mean", "s.d.", "minimum", "maximum", "observed", "allowed", "map"],
        [.. manifest.Columns.Select(column =>
        {
            string Number(double value) => column.IsDiscrete ? "" : $"{value:G6}";
            return new[]
            {
                column.Name, column.IsConstant ? "constant" : column.Type.ToString().ToLowerInvariant(),
                Number(column.Location), Number(column.Scale), Number(column.Minimum), Number(column.Maximum), $"{column.ObservedShare:P1}", Allowed(column),
                string.Join("; ", new[]
                {
                    column.Marginal is { } marginal ? MarginalSentence.Describe(marginal) : "",
                    column.Tree is { } tree ? LevelSentence.Describe(tree) : "",
                    column.Forest is { } forest ? ForestSentence.Describe(forest) : "",
                    Errors(column),
                }.Where(text => text.Length > 0)),
            };
        })]);

    private static string Errors(ColumnSchema column) => column.Plausible is { } range && !(range.Contains(column.Minimum) && range.Contains(column.Maximum))
        ? $"numbers beyond {range.Lower:G4} to {range.Upper:G4} taken for errors"
        : "";

    private static string Allowed(ColumnSchema column) => (column.Levels, column.LowerBound, column.UpperBound) switch
    {
        ({ } levels, _, _) => string.Join(column.Type == ColumnType.Ordinal ? " < " : ", ", levels),
        (_, { } lower, { } upper) => $"{lower} to {upper}",
        (_, { } lower, null) => $"{lower} or more",
        (_, null, { } upper) => $"{upper} or less",
        _ => "",
    };
}
