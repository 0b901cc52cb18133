using System.Text.Json.Serialization;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Configuration;

/// <summary>
/// Hyper-parameters of a fit; the properties are the keys of the YAML file. What all mechanisms share stands here, the rest with the family
/// of models that reads it: of
/// <see cref="Paper"/> and <see cref="Collapsed"/> only the mechanism's own part acts.
/// </summary>
public sealed record FitConfig
{
    /// <summary>The mechanism that is fitted as published, with what <see cref="Paper"/> says.</summary>
    public const string PaperMechanism = "paper";

    /// <summary>What <see cref="Mechanism"/> may be, separated by commas.</summary>
    public const string MechanismChoices = $"auto, {MechanismNames.All}";

    /// <summary>What <see cref="Mechanism"/> may be.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = MechanismChoices.Split(", ");

    /// <summary>
    /// How the missing-data mechanism is modelled: <c>ignorable</c>, <c>self</c> and <c>selection</c> integrate the missing values out, <c>auto</c> lets the
    /// data choose among these, <c>paper</c> is MissBGM as published.
    /// </summary>
    /// <exception cref="UserInputException">It is none of <see cref="Mechanisms"/>.</exception>
    public string Mechanism
    {
        get;
        init => field = Mechanisms.Contains(value)
            ? value
            : throw new UserInputException($"mechanism is '{value}'; allowed: {string.Join(", ", Mechanisms)}.{Suggestion.For(value, Mechanisms)}");
    } = "auto";

    /// <summary>
    /// What the table's columns are (key <c>columns</c>, by name), and whether undeclared types are found from the data (<c>column_types: detect</c>)
    /// or all numeric, as in the paper (<c>numeric</c>).
    /// </summary>
    public ColumnDeclarations Columns { get; init; } = new();

    /// <summary>Cells that must stay empty when the model imputes (key <c>keep_empty</c>), as <see cref="KeepEmptyRule"/> reads them.</summary>
    public IReadOnlyList<string> KeepEmpty { get; init; } = [];

    /// <summary>Dimension d of the latent variable z.</summary>
    public int ZDim { get; init; } = 5;

    /// <summary>Significance level: intervals cover 1 - alpha.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>MissBGM as published: the fit and sampling of mechanism <c>paper</c>.</summary>
    public PaperConfig Paper { get; init; } = new();

    /// <summary>The fit and sampling of every other mechanism.</summary>
    public CollapsedConfig Collapsed { get; init; } = new();

    /// <summary>Whether the mechanism is MissBGM as published.</summary>
    [JsonIgnore]
    public bool IsPaper => Mechanism == PaperMechanism;
}
