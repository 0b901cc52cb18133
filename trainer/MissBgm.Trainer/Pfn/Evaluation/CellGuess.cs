using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>A network's best guess of missing cells: the mean of a cell's own distribution, or of a few draws of a network that has none.</summary>
internal static class CellGuess
{
    /// <summary>Guesses of tables without labels, standardised, [B, n, f].</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">Standardised values, [B, n, f]; not read where missing.</param>
    /// <param name="observed">[B, n, f].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    /// <param name="random">Columns' identities and the flow's noise.</param>
    public static Tensor Of(PfnNetwork network, Tensor values, Tensor observed, long context, StepRandom random)
    {
        using var off = no_grad();
        var parameters = network.Parameters.Views(trainable: false);
        var tasks = values.shape[0];
        var labels = zeros([tasks, context], ScalarType.Int64, values.device);
        var identity = random.Identities(tasks, values.shape[2], network.Backbone.IdentityWidth);
        var rows = network.Backbone.Encode(parameters, values, observed, labels, zeros([tasks, 1, 1], device: values.device), identity);
        return network.Cells is { } head
            ? CellValues.Moments(head.LogProbabilities(parameters, rows.Cells!, rows.Guess)).Mean
            : FlowMean.Of(network, rows, values, observed, context, random);
    }
}
