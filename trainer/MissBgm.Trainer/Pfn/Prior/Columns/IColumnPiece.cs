using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>What columns of real tables are like that a smooth latent coordinate is not.</summary>
internal interface IColumnPiece
{
    /// <summary>What each column becomes if it is chosen.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="values">The columns so far, [B, n, F] with F at least 2.</param>
    /// <returns>[B, n, F].</returns>
    Tensor Apply(StepRandom random, Tensor values);
}
