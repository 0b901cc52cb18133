namespace MissBgm.Trainer.Paper;

/// <summary>How far a fit has come.</summary>
/// <param name="WarmStartIterations">Iterations of the warm start that are done.</param>
/// <param name="Epochs">Epochs of Algorithm 1 that are done.</param>
/// <param name="Batches">Batches of the epoch after those that are done.</param>
internal readonly record struct FitPosition(long WarmStartIterations, int Epochs, int Batches);

/// <summary>The stages of a fit.</summary>
public enum FitStage
{
    /// <summary>The encoder-generator warm start; counted in iterations.</summary>
    WarmStart,

    /// <summary>Algorithm 1; counted in epochs.</summary>
    Epochs,
}

/// <summary>A report on a running fit.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Iterations or epochs done, the part of an epoch included.</param>
/// <param name="Total">Iterations or epochs in all.</param>
/// <param name="Remaining">Time left in this stage; null before there is anything to judge by.</param>
/// <param name="Losses">The losses by name: of the warm start's last batch, or means over the epoch so far.</param>
public sealed record FitProgress(FitStage Stage, double Done, long Total, TimeSpan? Remaining, IReadOnlyDictionary<string, double> Losses);
