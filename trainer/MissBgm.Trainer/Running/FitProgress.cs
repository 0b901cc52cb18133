namespace MissBgm.Trainer.Running;

/// <summary>The stages of a fit.</summary>
public enum FitStage
{
    /// <summary>The encoder-generator warm start; counted in iterations.</summary>
    WarmStart,

    /// <summary>The fit itself, Algorithm 1 or Laplace-EM; counted in epochs.</summary>
    Epochs,
}

/// <summary>A report on a running fit.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Iterations or epochs done, the part of an epoch included.</param>
/// <param name="Total">Iterations or epochs in all.</param>
/// <param name="Remaining">Time left in this stage; null before there is anything to judge by.</param>
/// <param name="Losses">The losses by name: of the warm start's last batch, or means over the epoch so far; none of a collapsed model.</param>
public sealed record FitProgress(FitStage Stage, double Done, long Total, TimeSpan? Remaining, IReadOnlyDictionary<string, double> Losses);
