using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>
/// What the epochs end with: the last state, as in the paper; a running mean of the states, in which the noise of mini-batches cancels; and, of
/// either, the epoch that imputes held-out cells best.
/// </summary>
internal sealed class Outcome : IDisposable
{
    // The running mean spans at most this share of the epochs so far, so that it forgets the start.
    private const double LongestSpan = 0.5;

    private readonly FitState _state;
    private readonly HeldOutCells? _heldOut;
    private readonly TensorCopies? _average;
    private readonly TensorCopies? _best;

    public Outcome(FitState state, HeldOutCells? heldOut)
    {
        (_state, _heldOut) = (state, heldOut);
        _average = state.Config.Averaging > 0 ? new TensorCopies("average", state.Results()) : null;
        _best = heldOut is null ? null : new TensorCopies("best", state.Results());
    }

    /// <summary>Error on the held-out cells after the best epoch; infinite before there is one.</summary>
    public double BestError { get; set; } = double.PositiveInfinity;

    /// <summary>The best epoch; 0 before there is one.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Whether there is anything to gain from more epochs.</summary>
    public bool Finished =>
        _state.Position.Epochs >= _state.Config.Epochs
            || (_best is not null && _state.Position.Epochs - BestEpoch >= _state.Config.EarlyStopping.Patience);

    /// <summary>Takes note of an epoch just completed.</summary>
    /// <returns>Error on the held-out cells; null when there are none.</returns>
    public double? AfterEpoch()
    {
        var epochs = _state.Position.Epochs;
        _average?.MoveTowardsLive(Math.Max(1 - _state.Config.Averaging, 1 / (1 + LongestSpan * epochs)));
        if (_heldOut?.Error(_average?["x"] ?? _state.Completed.Values) is not { } error)
        {
            return null;
        }

        if (error < BestError)
        {
            (BestError, BestEpoch) = (error, epochs);
            _best!.Take(_average);
        }

        return error;
    }

    /// <summary>Puts the chosen state in place.</summary>
    public void Choose() => (_best ?? _average)?.PutBack();

    /// <summary>The tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => (_average?.State() ?? []).Concat(_best?.State() ?? []);

    public void Dispose()
    {
        _average?.Dispose();
        _best?.Dispose();
    }
}
