namespace MissBgm.Trainer.Paper;

/// <summary>How far a fit has come.</summary>
/// <param name="WarmStartIterations">Iterations of the warm start that are done.</param>
/// <param name="Epochs">Epochs of Algorithm 1 that are done.</param>
/// <param name="Batches">Batches of the epoch after those that are done.</param>
internal readonly record struct FitPosition(long WarmStartIterations, int Epochs, int Batches);
