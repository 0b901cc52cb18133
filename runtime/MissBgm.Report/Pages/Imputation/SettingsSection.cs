using System.Text;
using System.Text.Json;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>With what it was made: settings, versions, hashes.</summary>
internal static class SettingsSection
{
    internal static Html Of(ImputationFindings findings)
    {
        var (inference, manifest) = (findings.Inference, findings.Manifest);
        Html Number(string name, double value, string format = "0.####") => Figure.Of(value, $"settings:{name}", format);
        return Html.Of(
            $"""
            {Pieces.List([
                ("table", Html.Of($"{findings.Table.Source}{(findings.TableHash is { } hash ? Html.Of($"<br><span class=\"hash\">SHA-256 {Hash("table", hash)}</span>") : Html.Empty)}")),
                ("model", Pieces.Text(findings.Model.Path)),
                ("seed of the draws", Figure.Exact($"{findings.Options.Seed}", "settings:seed", $"{findings.Options.Seed}")),
                .. findings.Options.MapOnly ? [("sampling", Pieces.Text("none: modes only"))] : Sampling(findings, Number),
                ("intervals cover", Number("coverage", 1 - inference.Alpha)),
                ("program", Pieces.Text($"missbgm {findings.ToolVersion}")),
                .. manifest is null ? [] : new[]
                {
                    ("fitted by", Pieces.Text($"missbgm-train {manifest.ToolVersion}, bundle format {manifest.FormatVersion}")),
                    ("fitted to", Html.Of($"{Figure.Count(manifest.Training.Rows, "manifest:training.rows")} rows with {Figure.Count(manifest.Training.MissingCells, "manifest:training.missing_cells")} missing cells, seed {Figure.Exact($"{manifest.Seed}", "manifest:seed", $"{manifest.Seed}")}")),
                    ("latent dimension", Figure.Count(manifest.LatentDimension, "manifest:latent_dimension")),
                },
            ])}
            {(manifest is null ? Html.Empty : Files(manifest))}
            """);
    }

    private static (string, Html)[] Sampling(ImputationFindings findings, Func<string, double, string, Html> number) => findings.Model.DrawsChains
        ?
        [
            ("sampling", Html.Of(
                $"{number("chains", findings.Inference.Chains, "0")} chains of {number("draws", findings.Inference.Draws, "0")} "
                + $"draws after {number("burn_in", findings.Inference.BurnIn, "0")}")),
        ]
        : [("draws of each cell", number("draws", findings.Inference.Draws, "0"))];

    private static Html Files(Manifest manifest) => Html.Of(
        $"""
        {Pieces.Details("The fit's configuration", Html.Of($"<pre>{Indented(manifest.Hyperparameters)}</pre>"))}
        {Pieces.Details("The model's files", Pieces.Table(
            "SHA-256 of each file, as the model's manifest has it", ["file", "SHA-256"],
            manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (IReadOnlyList<Html>)[Pieces.Text(file.Key), Html.Of($"<span class=\"hash\">{Hash($"file:{file.Key}", file.Value)}</span>")])))}
        """);

    private static string Indented(JsonElement value)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true })) value.WriteTo(writer);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static Html Hash(string source, string hash) => Figure.Exact(hash, $"hash:{source}", hash);
}
