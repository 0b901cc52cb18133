using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>Numeric targets: a column that no query row shows. To a network that tells each missing cell's distribution, that is all they are.</summary>
internal static class TargetColumn
{
    /// <summary>Hides a random column in the query rows of some of the tasks.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="batch">The tasks.</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    /// <param name="share">Share of the tasks; 0 takes no random number.</param>
    public static TaskBatch Hide(StepRandom random, TaskBatch batch, long context, double share)
    {
        if (share == 0) return batch;
        var target = random.Below(batch.Features, batch.Tasks, 1, 1);
        var chosen = random.Uniform(batch.Tasks, 1, 1).lt(share);
        var column = arange(batch.Features, device: batch.Values.device).view(1, 1, -1).eq(target);
        var query = arange(batch.Rows, device: batch.Values.device).view(1, -1, 1).ge(context);
        return batch with { Observed = batch.Observed.masked_fill(column.logical_and(query).logical_and(chosen), 0) };
    }
}
