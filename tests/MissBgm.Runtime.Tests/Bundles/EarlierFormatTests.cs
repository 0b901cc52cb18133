using System.Text.Json.Nodes;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Bundles;

/// <summary>Bundles as the first version of format 1 wrote them: none of the members that came later.</summary>
public sealed class EarlierFormatTests : IDisposable
{
    private static readonly string[] Members =
    [
        "format_version", "kind", "tool_version", "seed", "latent_dimension", "columns", "missing_tokens", "inference", "hyperparameters",
        "training", "files",
    ];

    private static readonly string[] ColumnMembers =
        ["name", "type", "location", "scale", "minimum", "maximum", "observed_share"];

    private static readonly string[] InferenceMembers =
    [
        "beta", "latent_learning_rate", "missing_learning_rate", "inner_steps", "map_epochs", "gradient_clip", "draws", "burn_in",
        "chains", "leapfrog_steps", "step_size", "target_acceptance", "adaptation_share", "alpha",
    ];

    private readonly TestModel _model = new(
        TestModel.Random(2, 3, 8), 2, TestModel.Columns(3), new InferenceSettings { Draws = 20, BurnIn = 20, Chains = 2 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_bundle_of_the_first_version_of_the_format_imputes_as_it_would_today()
    {
        var today = Impute();
        var path = Path.Combine(_model.Path, Manifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Keep(manifest, Members);
        foreach (var column in manifest["columns"]!.AsArray()) Keep(column!.AsObject(), ColumnMembers);
        Keep(manifest["inference"]!.AsObject(), InferenceMembers);
        manifest["training"]!["seconds"] = 0.5;
        File.WriteAllText(path, manifest.ToJsonString());
        Assert.Equal(today, Impute());
    }

    private static void Keep(JsonObject node, string[] members)
    {
        foreach (var name in node.Select(member => member.Key).Except(members).ToArray()) node.Remove(name);
        Assert.Equal(members.Order(), node.Select(member => member.Key).Order());
    }

    private IReadOnlyList<ImputedCell> Impute()
    {
        using var imputer = Imputer.Load(_model.Path);
        return imputer.Impute(Replicated.Rows([[0.4, double.NaN, -1], [double.NaN, 0.2, double.NaN]], 3), new ImputeOptions()).Cells;
    }
}
