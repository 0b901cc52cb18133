using MissBgm.Trainer.Pfn.Prior;

namespace MissBgm.Trainer.Pfn;

/// <summary>
/// Controls: networks trained on tasks that lack something must lose what it tells, and only that; one that does not has its knowledge from elsewhere,
/// as by a fault in the evaluation.
/// </summary>
internal static class Control
{
    private const string Labels = "shuffled_labels";
    private const string Masks = "shuffled_masks";

    /// <summary>The values of the configuration's key <c>control</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", Labels, Masks];

    /// <summary>Tasks without what the control takes from them.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="batch">The tasks.</param>
    /// <param name="control">One of <see cref="Names"/>; none takes no random number.</param>
    public static TaskBatch Apply(StepRandom random, TaskBatch batch, string control) => control switch
    {
        // A task keeps its classes' shares; they have nothing to do with the rows.
        Labels => batch with { Labels = batch.Labels.gather(1, random.Orders(batch.Tasks, batch.Rows)) },
        // A column keeps its missing rate; where its gaps are hangs on nothing.
        Masks => batch with { Observed = batch.Observed.gather(1, random.Uniform(batch.Observed.shape).argsort(1)) },
        _ => batch,
    };
}
