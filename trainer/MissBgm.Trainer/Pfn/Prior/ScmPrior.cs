using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>The second-order structural-causal-model prior with structured missingness (Section 4.2, Appendix B): whole batches of tasks at once.</summary>
internal sealed class ScmPrior(PriorConfig config)
{
    /// <summary>Draws tasks; they live in the caller's dispose scope.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="step">The step, which sets the largest missing rate.</param>
    /// <param name="tasks">B.</param>
    /// <param name="rows">n.</param>
    public TaskBatch Draw(StepRandom random, long step, long tasks, long rows)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var features = random.Happens(config.FewFeaturesShare) ? random.Between(2, config.FewFeatures) : random.LogBetween(2, config.MaximumFeatures);
        var latent = Mechanisms.Draw(random, tasks, rows, features);
        var chosen = Coordinates.Choose(random, tasks, latent.shape[2], features + 1);
        var seen = Coordinates.Take(latent, chosen);
        var classes = Labels.DrawClasses(random, tasks, config.BinaryShare);
        var labels = Labels.Draw(random, seen.narrow(2, features, 1).squeeze(2), classes);
        var values = CategoricalFeatures.Apply(random, seen.narrow(2, 0, features), config.CategoricalShare);
        var observed = MissingnessGate.Draw(random, latent, chosen.narrow(1, 0, features), MissingnessGate.MaximumRate(config, step), config);
        return new TaskBatch(
            values.MoveToOuterDisposeScope(), observed.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope(), classes.MoveToOuterDisposeScope());
    }
}
