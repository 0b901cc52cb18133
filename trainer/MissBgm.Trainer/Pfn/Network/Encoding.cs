using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>What a backbone makes of a table.</summary>
/// <param name="Rows">An embedding of each row, [B, n, D].</param>
/// <param name="Cells">An embedding of each cell, [B, n, f, D]; null of a backbone over rows.</param>
/// <param name="Guess">What regressions on the context say of each missing cell; null of a backbone that does not ask them.</param>
/// <param name="ClassGuess">What they say of each row's class; null likewise.</param>
internal sealed record Encoding(Tensor Rows, Tensor? Cells = null, FlowBaseline? Guess = null, ClassGuess? ClassGuess = null)
{
    /// <summary>The first tasks.</summary>
    public Encoding OfTasks(long count) =>
        new(Rows.narrow(0, 0, count), Cells?.narrow(0, 0, count), Guess?.OfTasks(count), ClassGuess?.OfTasks(count));

    /// <summary>Some of the rows.</summary>
    public Encoding OfRows(long first, long count) =>
        new(Rows.narrow(1, first, count), Cells?.narrow(1, first, count), Guess?.OfRows(first, count), ClassGuess?.OfRows(first, count));
}
