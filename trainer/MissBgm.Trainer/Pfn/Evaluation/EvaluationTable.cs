using System.Text.Json.Serialization;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>A real table on which a pretraining run is evaluated.</summary>
public sealed record EvaluationTable
{
    /// <summary>The table's file, relative to the working directory.</summary>
    public string File { get; init; } = "";

    /// <summary>The column whose values are to be told from the others'; null to impute only.</summary>
    public string? Target { get; init; }

    /// <summary>Where it was named, for messages: a file and a line.</summary>
    [JsonIgnore]
    public string Origin { get; init; } = "evaluation_tables";
}
