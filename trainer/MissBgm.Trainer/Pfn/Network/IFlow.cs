using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>The conditional flow-matching head (Section 5.2): the velocity of noisy rows given what the backbone made of them.</summary>
internal interface IFlow
{
    /// <summary>Where the flow starts from: a guess of each missing cell and how far it may lie off. No gradient goes through it.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="rows">The table's encoding.</param>
    /// <param name="values">Standardised values, [B, n, f]; not read where missing.</param>
    /// <param name="observed">[B, n, f].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    FlowBaseline Start(Tensor[] parameters, Encoding rows, Tensor values, Tensor observed, long context);

    /// <summary>The velocity dx/dt, [B, m, f].</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="state">Noisy residuals x_t of the standardised rows from the start, in units of its spread, [B, m, f].</param>
    /// <param name="time">t from 0 (noise) to 1 (data), [B, m, 1].</param>
    /// <param name="rows">The rows' encoding, m rows.</param>
    /// <param name="context">The context rows' encoding.</param>
    /// <param name="start">The rows' start.</param>
    Tensor Velocity(Tensor[] parameters, Tensor state, Tensor time, Encoding rows, Encoding context, FlowBaseline start);
}
