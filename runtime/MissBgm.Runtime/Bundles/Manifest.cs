using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>A bundle's description of itself: <c>manifest.json</c>.</summary>
public sealed record Manifest
{
    /// <summary>The format this build reads and writes.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>
    /// The format's minor version that this build writes. It counts members that were added and may be passed over: whoever reads a newer
    /// one imputes as well
    /// without them. What may not be passed over needs a new <see cref="CurrentFormatVersion"/>.
    /// </summary>
    public const int CurrentFormatMinor = 0;

    /// <summary>The kind of a MissBGM bundle.</summary>
    public const string MissBgmKind = "missbgm";

    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Version of the bundle format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Minor version of the bundle format; see <see cref="CurrentFormatMinor"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FormatMinor { get; init; }

    /// <summary>What the bundle holds; <see cref="MissBgmKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the toolchain that wrote the bundle.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Seed of the fit.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How missingness is modelled; it decides which graphs the bundle has.</summary>
    public Mechanism Mechanism { get; init; } = Mechanism.Paper;

    /// <summary>Why that mechanism; null for <see cref="Mechanism.Paper"/>.</summary>
    public MechanismEvidence? Evidence { get; init; }

    /// <summary>
    /// Which generators were averaged, and why; null where the mechanism is <see cref="Mechanism.Paper"/>, and in bundles of a single
    /// linear one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GeneratorEvidence? Generator { get; init; }

    /// <summary>Latent dimension d.</summary>
    public required int LatentDimension { get; init; }

    /// <summary>
    /// Draws of Bayesian networks' weights: the graphs then have an input <c>draw</c>, 0 for the weights' means, k for the k-th draw. 0 for
    /// point weights.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int WeightDraws { get; init; }

    /// <summary>Rank r of the low-rank part of x's covariance given z; 0 for a diagonal covariance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CovarianceRank { get; init; }

    /// <summary>The training table's columns, in its order.</summary>
    public required IReadOnlyList<ColumnSchema> Columns { get; init; }

    /// <summary>Columns of the training table that take no part in the model.</summary>
    public IReadOnlyList<CarriedColumn> Carried { get; init => field = value ?? []; } = [];

    /// <summary>Columns that were never observed in one row: how they go together was not to be learned.</summary>
    public IReadOnlyList<ColumnPair> NeverTogether { get; init => field = value ?? []; } = [];

    /// <summary>Cells that must stay empty, as rules.</summary>
    public IReadOnlyList<string> KeepEmpty { get; init => field = value ?? []; } = [];

    /// <summary>How the training table was to be read, as declared; tables to impute are read likewise.</summary>
    public DeclaredReading Reading { get; init => field = value ?? new(); } = new();

    /// <summary>Tokens that stand for a missing cell.</summary>
    public required IReadOnlyList<string> MissingTokens { get; init; }

    /// <summary>How the bundle is meant to be refined and sampled.</summary>
    public required InferenceSettings Inference { get; init; }

    /// <summary>The fit's configuration as resolved, for the record.</summary>
    public required JsonElement Hyperparameters { get; init; }

    /// <summary>What the fit did: rows, epochs, losses, seconds.</summary>
    public required TrainingSummary Training { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of every other file of the bundle, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Bytes of each of these files, which bound what is read of them; empty in bundles of earlier versions.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; init => field = value ?? new Dictionary<string, long>(); } = new Dictionary<string, long>();

    /// <summary>What each graph computes, its inputs and its outputs; empty in bundles of earlier versions.</summary>
    public IReadOnlyDictionary<string, GraphDescription> Graphs
    {
        get;
        init => field = value ?? new Dictionary<string, GraphDescription>();
    } = new Dictionary<string, GraphDescription>();

    /// <summary>Models that the graphs hold: the components of all fits.</summary>
    internal int Members => Generator?.Fits.Sum(fit => fit.Components) ?? 1;

    /// <summary>
    /// How manifests, and configurations within them, are written: snake_case, indented, enumerations by name; unknown members, members that
    /// come twice and nulls where none belongs are refused.
    /// </summary>
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Programs that only read bundles have no use for it: they read by generated code.")]
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}

/// <summary>What a fit did.</summary>
public sealed record TrainingSummary
{
    /// <summary>Rows of the training table.</summary>
    public required int Rows { get; init; }

    /// <summary>Missing cells of the training table.</summary>
    public required int MissingCells { get; init; }

    /// <summary>How many of the rows the parameters were fitted to, drawn at random; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ChosenRows { get; init; }

    /// <summary>Passes over the training rows that were made.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch the model was taken from, when the fit stopped early.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestEpoch { get; init; }

    /// <summary>Root-mean-square error, standardised, on the observed cells kept from the fit, after the best epoch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HeldOutError { get; init; }

    /// <summary>Seconds the fit took; null in a bundle, whose bytes are those of every equal fit (earlier versions wrote them).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>Mean losses over the last epoch, by name (latent, missing, generator, mask).</summary>
    public required IReadOnlyDictionary<string, double> FinalLosses { get; init; }
}
