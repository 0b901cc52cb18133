using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What the user asked for.</summary>
/// <param name="Data">The incomplete table.</param>
/// <param name="Output">Where the bundle goes.</param>
/// <param name="Config">Hyper-parameters.</param>
/// <param name="Reading">How the table is read.</param>
/// <param name="Ids">Columns that name the rows, separated by commas.</param>
/// <param name="Ignored">Other columns that take no part, separated by commas.</param>
/// <param name="KeepEmpty">Cells that must stay empty.</param>
/// <param name="Seed">Seed of all random numbers.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Resume">Whether to continue from the checkpoint.</param>
/// <param name="Report">Where a report of the table's imputation goes; null for none.</param>
internal sealed record FitRequest(
    string Data, string Output, FitConfig Config, ReadOptions Reading, string? Ids, string? Ignored, IReadOnlyList<KeepEmptyRule> KeepEmpty,
    ulong Seed, string Device, bool Resume, string? Report)
{
    /// <summary>To how many rows, drawn at random, the model is fitted; null for all.</summary>
    public int? SampleRows { get; init; }

    /// <summary>The checkpoint, beside the bundle.</summary>
    public string CheckpointPath => $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(Output))}.checkpoint.npz";
}
