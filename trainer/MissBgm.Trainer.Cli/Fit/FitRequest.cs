using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What the user asked for.</summary>
/// <param name="Data">The incomplete table.</param>
/// <param name="Output">Where the bundle goes.</param>
/// <param name="Config">Hyper-parameters.</param>
/// <param name="MissingTokens">Texts that stand for a missing cell.</param>
/// <param name="Seed">Seed of all random numbers.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Resume">Whether to continue from the checkpoint.</param>
internal sealed record FitRequest(string Data, string Output, FitConfig Config, MissingTokens MissingTokens, ulong Seed, string Device, bool Resume)
{
    /// <summary>The checkpoint, beside the bundle.</summary>
    public string CheckpointPath => $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(Output))}.checkpoint.npz";
}
