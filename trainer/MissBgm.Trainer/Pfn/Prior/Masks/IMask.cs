using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>
/// A missingness mechanism: it scores the cells, and a cell is missing where its score is below the quantile of its column's scores that the column's
/// missing rate says.
/// </summary>
internal interface IMask
{
    /// <summary>Scores of the cells, [B, n, F]; infinite where a cell is never missing.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="scene">What masks may depend on.</param>
    Tensor Score(StepRandom random, MaskScene scene);
}

/// <summary>What masks may depend on.</summary>
/// <param name="Latent">The latent representation, [B, n, T].</param>
/// <param name="Chosen">The features' coordinates, [B, F].</param>
/// <param name="Values">The features' complete values, [B, n, F].</param>
internal sealed record MaskScene(Tensor Latent, Tensor Chosen, Tensor Values)
{
    /// <summary>B.</summary>
    public long Tasks => Values.shape[0];

    /// <summary>n.</summary>
    public long Rows => Values.shape[1];

    /// <summary>F.</summary>
    public long Features => Values.shape[2];

    /// <summary>The scene of some of the tasks.</summary>
    public MaskScene Of(TaskChoice tasks) => new(tasks.Of(Latent), tasks.Of(Chosen), tasks.Of(Values));

    /// <summary>Ranks of the values among the rows, from -1 to 1, [B, n, F].</summary>
    public Tensor Ranks() => Values.argsort(1).argsort(1).to(ScalarType.Float32) * (2.0 / Math.Max(1, Rows - 1)) - 1;

    /// <summary>Columns of a tensor [B, n, F] by their numbers [B, 1, k], [B, n, k].</summary>
    public Tensor Pick(Tensor cells, Tensor columns) => cells.gather(2, columns.expand(Tasks, Rows, columns.shape[2]));

    /// <summary>1 for the features that are among given ones, [B, 1, k], else 0: bool, [B, 1, F].</summary>
    public Tensor IsAmong(Tensor columns) => arange(Features, device: Values.device).view(1, -1, 1).eq(columns).any(2).unsqueeze(1);
}
