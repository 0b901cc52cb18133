using System.Text.Json;
using System.Text.Json.Serialization;
using MissBgm.Runtime.Analysis;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Sensitivity;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>What commands print with <c>--json</c>, written by generated code, so that a program compiled ahead of time prints it too.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(ByName<RegressionFamily>), typeof(ByName<SensitivityParameter>)])]
[JsonSerializable(typeof(Accuracy))]
[JsonSerializable(typeof(Dictionary<string, RubinPooling>))]
[JsonSerializable(typeof(ImputeResult))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(MergeResult))]
[JsonSerializable(typeof(PlotResult))]
[JsonSerializable(typeof(PooledRegression))]
[JsonSerializable(typeof(PredictNumbersResult))]
[JsonSerializable(typeof(PredictResult))]
[JsonSerializable(typeof(SensitivityResult))]
internal sealed partial class ResultJson : JsonSerializerContext;

/// <summary>Enumerations by name.</summary>
internal sealed class ByName<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;

/// <summary>What <c>impute</c> did.</summary>
internal sealed record ImputeResult(
    int Rows, int MissingCells, int NotedCells, int IncompleteRows, int FittedRows, int NewRows, IReadOnlyList<int> EmptyRows,
    IReadOnlyList<string> ConstantColumns, IReadOnlyList<string> CrowdedColumns, int Draws, FlowTrust? Trust, ConvergenceVerdict? Convergence,
    Dictionary<string, double> Acceptance, double Seconds, IReadOnlyList<string> Files);

/// <summary>What <c>merge</c> did.</summary>
internal sealed record MergeResult(
    int Shards, int Rows, long MissingCells, long FittedRows, long NewRows, ConvergenceVerdict? Convergence, double Seconds,
    IReadOnlyDictionary<string, string> Run, IReadOnlyList<string> Files);

/// <summary>What <c>plot</c> did.</summary>
internal sealed record PlotResult(string Written);

/// <summary>What <c>predict</c> did with a numeric target.</summary>
internal sealed record PredictNumbersResult(
    int TrainRows, int TestRows, int UnlabelledRows, IReadOnlyDictionary<string, int> UnseenCategories, double Seconds, string Predictions);

/// <summary>What <c>predict</c> did.</summary>
internal sealed record PredictResult(
    int TrainRows, int TestRows, IReadOnlyList<string> Classes, int UnlabelledRows, IReadOnlyList<string> EmptyColumns,
    IReadOnlyDictionary<string, int> UnseenCategories, double Seconds, string Probabilities);
