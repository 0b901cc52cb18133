using System.ComponentModel.DataAnnotations;
using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm inspect</c>.</summary>
[Command("inspect", Description = "Check a bundle and show what it holds.")]
internal sealed class InspectCommand : CommandBase
{
    [Required, Option("--model <BUNDLE>", "The fitted model: a folder or a .zip file.", CommandOptionType.SingleValue)]
    public string Model { get; set; } = "";

    protected override void Run(Terminal terminal, CancellationToken cancellation)
    {
        if (PfnModel.Recognises(Model))
        {
            using var network = PfnModel.Load(Model);
            terminal.Result(network.Manifest, Overview);
            return;
        }

        var bundle = Bundle.Load(Model);
        terminal.Result(bundle.Manifest, _ => Overview(bundle));
        if (Json) return;
        terminal.Result(bundle.Manifest, Columns);
        if (bundle.Manifest.Evidence is { Columns.Count: > 0 } evidence) terminal.Result(evidence, Evidence);
    }

    private static Table Overview(PfnManifest manifest)
    {
        var training = manifest.Training;
        return Terminal.Listing(
            ("kind", $"{manifest.Kind}, format {manifest.FormatVersion}, written by version {manifest.ToolVersion}"),
            ("room", $"{manifest.Features} features, {manifest.Classes} classes a pass; embeddings of width {manifest.Width}"),
            ("pretraining", $"{training.Tasks} tasks in {training.Steps} steps, {training.Seconds / 60:0} minutes, seed {manifest.Seed}"),
            ("losses", string.Join(", ", training.Losses.Select(loss => $"{loss.Key} {loss.Value:G4}"))),
            ("flow sampler", $"{manifest.FlowSteps} midpoint steps"),
            ("files", string.Join(", ", manifest.Files.Keys) + ", hashes as listed"));
    }

    private static Table Overview(Bundle bundle)
    {
        var (manifest, training) = (bundle.Manifest, bundle.Manifest.Training);
        return Terminal.Listing([
            ("kind", $"{manifest.Kind}, format {manifest.FormatVersion}, written by version {manifest.ToolVersion}"),
            ("mechanism", manifest.Evidence is { } evidence ? EvidenceSentence.Describe(evidence) : "paper: MissBGM as published"),
            ("generator", manifest.Generator is { } generator ? GeneratorSentence.Describe(generator) : manifest.Mechanism == Mechanism.Paper ? "network" : "linear"),
            ("latent dimension", $"{manifest.LatentDimension}"),
            ("training", $"{training.Rows} rows, {training.MissingCells} missing cells, {training.Epochs} epochs, {training.Seconds:0.0} s, seed {manifest.Seed}"),
            ("losses", string.Join(", ", training.FinalLosses.Select(loss => $"{loss.Key} {loss.Value:G4}"))),
            ("inference", $"{manifest.Inference.Chains} chains, {manifest.Inference.BurnIn} + {manifest.Inference.Draws} sweeps{(manifest.Mechanism == Mechanism.Paper ? $", beta {manifest.Inference.Beta}" : "")}"),
            .. manifest.WeightDraws == 0 ? [] : new[] { ("networks", $"Bayesian: {manifest.WeightDraws} draws of the weights beside their means") },
            ("missing tokens", string.Join(", ", manifest.MissingTokens.Select(token => token.Length == 0 ? "the empty field" : token))),
            .. bundle.Sizes.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (file.Key, $"{file.Value / 1024.0:0.0} KiB, hash as listed"))]);
    }

    private static Table Evidence(MechanismEvidence evidence)
    {
        var table = new Table().Border(TableBorder.Simple).Title("What each incomplete column says about its mask")
            .AddColumns("column", "missing", "best rho", "score", "score, shared rho", "self slope", "standard error", "own value", "another column", "sum of others", "combination", "slope used");
        foreach (var column in evidence.Columns)
        {
            table.AddRow(
                Markup.Escape(column.Column), $"{column.MissingShare:P1}", $"{column.Correlation:0.000}", $"{column.Score:0.0}", $"{column.SharedScore:0.0}",
                Follows(column, f => $"{f.Slope:0.00}"), Follows(column, f => $"{f.SlopeError:0.00}"), Follows(column, f => $"{f.OwnEvidence:0.0}"),
                Follows(column, f => $"{f.AnchorEvidence:0.0} ({Markup.Escape(f.Anchor ?? "none")})"), Follows(column, f => $"{f.SumEvidence:0.0}"), Follows(column, f => $"{f.CombinationEvidence:0.0}"),
                Follows(column, f => $"{f.FittedSlope:0.00}"));
        }

        return table;

        static string Follows(ColumnEvidence column, Func<MaskFollows, string> text) => column.Follows is { } follows ? text(follows) : "";
    }

    private static Table Columns(Manifest manifest)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("column", "type", "mean", "s.d.", "minimum", "maximum", "observed", "allowed");
        foreach (var column in manifest.Columns)
        {
            string Number(double value) => column.IsDiscrete ? "" : $"{value:G6}";
            table.AddRow(
                Markup.Escape(column.Name), column.IsConstant ? "constant" : column.Type.ToString().ToLowerInvariant(),
                Number(column.Location), Number(column.Scale), Number(column.Minimum), Number(column.Maximum), $"{column.ObservedShare:P1}", Markup.Escape(Allowed(column)));
        }

        return table;
    }

    private static string Allowed(ColumnSchema column) => (column.Levels, column.LowerBound, column.UpperBound) switch
    {
        ({ } levels, _, _) => string.Join(column.Type == ColumnType.Ordinal ? " < " : ", ", levels),
        (_, { } lower, { } upper) => $"{lower} to {upper}",
        (_, { } lower, null) => $"{lower} or more",
        (_, null, { } upper) => $"{upper} or less",
        _ => "",
    };
}
