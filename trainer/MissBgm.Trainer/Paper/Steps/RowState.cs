using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>Values that belong to rows, Z or X_mis, with their Adam moments.</summary>
/// <remarks>
/// Only a batch's rows are touched by its steps, so a step costs the same whatever the number of rows. The authors' optimiser also moves every other
/// row along its decaying moments at every step. That is no detail: it carries a value several times as far as its own steps alone, and without it
/// X_mis hardly leaves its start (concrete, the paper's configuration: RMSE 0.603 without, 0.524 with, the paper's figure 0.529). So a row
/// catches up in closed form before its next step (<see cref="Adam.Coast"/>): the authors' trajectory at a cost linear in the number of rows.
/// </remarks>
/// <param name="Values">[rows, width].</param>
/// <param name="Moments">Moments of the values.</param>
internal readonly record struct RowState(Tensor Values, Moments Moments) : IDisposable
{
    /// <summary>Rows at the start of a fit.</summary>
    public static RowState Start(Tensor values) => new(values, Moments.For(values));

    /// <summary>The rows in another order, as a copy.</summary>
    /// <param name="order">Row indices, int64 [rows].</param>
    public RowState Take(Tensor order)
        => new(Values.index_select(0, order), new Moments(Moments.First.index_select(0, order), Moments.Second.index_select(0, order)));

    /// <summary>Puts rows taken in an order back in their places.</summary>
    public void PutBack(Tensor order, RowState taken)
    {
        Values.index_copy_(0, order, taken.Values);
        Moments.First.index_copy_(0, order, taken.Moments.First);
        Moments.Second.index_copy_(0, order, taken.Moments.Second);
    }

    /// <summary>A range of rows, as views: what is done to them in place is done here.</summary>
    public RowState Slice(long start, long count) => new(Values.narrow(0, start, count), Moments.Rows(start, count));

    public void Dispose()
    {
        Values.Dispose();
        Moments.Dispose();
    }
}
