using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>Tasks drawn from the prior: B complete tables of n rows and F features, their masks and labels.</summary>
/// <param name="Values">Complete values, [B, n, F].</param>
/// <param name="Observed">1 where a cell is shown to the network, 0 where it is missing, [B, n, F].</param>
/// <param name="Labels">Classes from 0, [B, n], int64.</param>
/// <param name="Classes">Number of classes of each task, [B], int64.</param>
internal sealed record TaskBatch(Tensor Values, Tensor Observed, Tensor Labels, Tensor Classes)
{
    /// <summary>The family of each task's equations, [B].</summary>
    public IReadOnlyList<string> Equations { get; init; } = [];

    /// <summary>The missingness mechanism of each task, [B].</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];

    /// <summary>The column pieces that acted, and where: bool, [B, 1, F].</summary>
    public IReadOnlyList<(string Name, Tensor Chosen)> Columns { get; init; } = [];

    /// <summary>B.</summary>
    public long Tasks => Values.shape[0];

    /// <summary>n.</summary>
    public long Rows => Values.shape[1];

    /// <summary>F.</summary>
    public long Features => Values.shape[2];
}
