using MissBgm.Trainer.Pfn.Prior.Columns;
using MissBgm.Trainer.Pfn.Prior.Equations;
using MissBgm.Trainer.Pfn.Prior.Masks;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// The second-order structural-causal-model prior with structured missingness (Section 4.2, Appendix B): whole batches of tasks at once. Each task
/// has equations and a missingness mechanism of a family, and columns on which pieces act.
/// </summary>
internal sealed class ScmPrior(PriorConfig config)
{
    private readonly PieceMixture<IEquations> _equations = new(EquationPieces.All, config.Equations);
    private readonly PieceMixture<IMask> _masks = new(MaskPieces.All, MaskPieces.Shares(config));

    /// <summary>Draws the number of features that the tasks of a batch have.</summary>
    public int DrawFeatures(StepRandom random) =>
        random.Happens(config.FewFeaturesShare) ? random.Between(2, config.FewFeatures) : random.LogBetween(2, config.MaximumFeatures);

    /// <summary>Draws tasks of a random number of features.</summary>
    public TaskBatch Draw(StepRandom random, long step, long tasks, long rows) => Draw(random, step, tasks, rows, DrawFeatures(random));

    /// <summary>Draws tasks; they live in the caller's dispose scope.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="step">The step, which sets the largest missing rate.</param>
    /// <param name="tasks">B.</param>
    /// <param name="rows">n.</param>
    /// <param name="features">F.</param>
    public TaskBatch Draw(StepRandom random, long step, long tasks, long rows, int features)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var equations = _equations.Assign(random, tasks);
        var latent = Mechanisms.Draw(random, equations, tasks, rows, features);
        var chosen = Coordinates.Choose(random, tasks, latent.shape[2], features + 1);
        var seen = Coordinates.Take(latent, chosen);
        var classes = Labels.DrawClasses(random, tasks, config.BinaryShare);
        var labels = Labels.Draw(random, seen.narrow(2, features, 1).squeeze(2), classes);
        var (values, acted) = ColumnPieces.Apply(random, seen.narrow(2, 0, features), config);
        var masks = _masks.Assign(random, tasks);
        var scene = new MaskScene(latent, chosen.narrow(1, 0, features), values);
        var observed = MissingnessGate.Draw(random, masks, scene, MissingnessGate.MaximumRate(config, step), config);
        return new TaskBatch(
            values.MoveToOuterDisposeScope(), observed.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope(), classes.MoveToOuterDisposeScope())
        {
            Equations = [.. Enumerable.Range(0, (int)tasks).Select(task => equations.NameOf(task))],
            Masks = [.. Enumerable.Range(0, (int)tasks).Select(task => masks.NameOf(task))],
            Columns = [.. acted.Select(piece => (piece.Name, piece.Chosen.MoveToOuterDisposeScope()))],
        };
    }
}
