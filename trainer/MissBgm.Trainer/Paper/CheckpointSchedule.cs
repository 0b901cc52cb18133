using System.Diagnostics;
using MissBgm.Runtime;

namespace MissBgm.Trainer.Paper;

/// <summary>Keeps a checkpoint of a running fit: one every few seconds of work, and one when the fit is cancelled.</summary>
/// <param name="checkpoint">The file; null to keep none.</param>
/// <param name="interval">Work between two checkpoints.</param>
/// <param name="state">What is kept.</param>
internal sealed class CheckpointSchedule(Checkpoint? checkpoint, TimeSpan interval, FitState state)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private TimeSpan _saved;
    private double _secondsBefore;

    /// <summary>Seconds of work, those before an interruption included.</summary>
    public double Seconds => _secondsBefore + _elapsed.Elapsed.TotalSeconds;

    /// <summary>Continues from the checkpoint.</summary>
    /// <exception cref="UserInputException">There is none, or it is of another fit.</exception>
    public void Resume()
    {
        var content = checkpoint?.Read() ?? throw new UserInputException("there is no checkpoint to resume from.");
        state.Restore(content);
        _secondsBefore = content.Seconds;
    }

    /// <summary>Called between two batches.</summary>
    /// <param name="gather">Brings the state's tensors up to date before they are written.</param>
    /// <param name="cancel">Whether to stop.</param>
    /// <exception cref="OperationCanceledException">The fit was cancelled; the checkpoint is written.</exception>
    public void BetweenBatches(Action? gather, CancellationToken cancel)
    {
        if (checkpoint is not null && (cancel.IsCancellationRequested || _elapsed.Elapsed - _saved >= interval))
        {
            gather?.Invoke();
            checkpoint.Write(state.Position, state.EpochLosses, (state.Outcome.BestError, state.Outcome.BestEpoch), Seconds, state.Tensors());
            _saved = _elapsed.Elapsed;
        }

        cancel.ThrowIfCancellationRequested();
    }
}
