using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>The losses of pretraining on one batch of tasks.</summary>
/// <param name="Class">Cross-entropy of the query labels (Eq. 3).</param>
/// <param name="Flow">Squared error of the velocity on missing cells (Eq. 4).</param>
/// <param name="Distillation">Divergence from the same network's predictions on the complete task.</param>
/// <param name="Cell">Negative log density of the missing cells, each by its own distribution; 0 of a backbone over rows.</param>
internal sealed record PretrainLosses(Tensor Class, Tensor Flow, Tensor Distillation, Tensor Cell)
{
    /// <summary>The weighted sum that is minimised.</summary>
    public Tensor Total(PretrainConfig config) =>
        Class + Flow * config.FlowWeight + Distillation * config.DistillationWeight + Cell * config.CellWeight;

    /// <summary>Computes the losses.</summary>
    /// <param name="network">The network.</param>
    /// <param name="config">Shares of the tasks each loss is computed on.</param>
    /// <param name="batch">The tasks.</param>
    /// <param name="context">Number of context rows.</param>
    /// <param name="random">Noise and times of the flow, choice of the unlabelled tasks.</param>
    /// <param name="trainable">Whether gradients are wanted.</param>
    public static PretrainLosses Of(PfnNetwork network, PretrainConfig config, TaskBatch batch, long context, StepRandom random, bool trainable)
    {
        var parameters = MatrixPrecision.Views(network, config.Precision, trainable);
        var known = batch.Labels.narrow(1, 0, context);
        var asked = batch.Labels.narrow(1, context, batch.Rows - context);
        var labelled = random.Bernoulli(1 - config.UnlabelledShare, batch.Tasks, 1, 1);
        var scaled = Standardisation.Of(batch.Values, batch.Observed, context).Apply(batch.Values);
        var identity = random.Identities(batch.Tasks, batch.Features, network.Backbone.IdentityWidth);
        var encoding = network.Backbone.Encode(parameters, scaled, batch.Observed, known, labelled, identity);
        var predicted = network.Backbone.LogProbabilities(parameters, encoding.OfRows(context, batch.Rows - context), batch.Classes);
        var perRow = predicted.gather(2, asked.unsqueeze(2)).neg() * labelled;
        var crossEntropy = perRow.sum() / (labelled.sum() * asked.shape[1]).clamp(1);
        return new PretrainLosses(
            crossEntropy,
            FlowLoss(network, parameters, scaled, batch.Observed, encoding, context, Count(config.FlowShare, batch.Tasks), random),
            DistillationLoss(network, config, batch, identity, context, predicted, labelled, Count(config.DistillationShare, batch.Tasks)),
            network.Cells?.Loss(parameters, encoding, scaled, batch.Observed) ?? zeros([], device: scaled.device));
    }

    private static long Count(double share, long tasks) => (long)Math.Ceiling(share * tasks);

    // Conditional flow matching on the straight path x_t = (1 - t) x_0 + t x_1, where x_1 is the residual from the start in units of its spread: the
    // state is noisy everywhere, the loss on missing cells only.
    private static Tensor FlowLoss(
        PfnNetwork network, Tensor[] parameters, Tensor complete, Tensor observed, Encoding encoding, long context, long tasks, StepRandom random)
    {
        if (tasks == 0) return zeros([], device: complete.device);
        var (values, shown, rows) = (complete.narrow(0, 0, tasks), observed.narrow(0, 0, tasks), encoding.OfTasks(tasks));
        var missing = 1 - shown;
        var start = network.Flow.Start(parameters, rows, values, shown, context);
        var data = ((values - start.Mean) / start.Scale(shown)).clamp(-PfnConstants.StandardisedLimit, PfnConstants.StandardisedLimit);
        var noise = random.Normal(data.shape);
        var time = random.Uniform(tasks, data.shape[1], 1);
        var state = noise + (data - noise) * time;
        var velocity = network.Flow.Velocity(parameters, state, time, rows, rows.OfRows(0, context), start);
        return ((velocity - (data - noise)).square() * missing).sum() / missing.sum().clamp(1);
    }

    // Kullback-Leibler divergence of the predictions on the incomplete task from those on the complete one, averaged over query rows.
    private static Tensor DistillationLoss(
        PfnNetwork network,
        PretrainConfig config,
        TaskBatch batch,
        Tensor? identity,
        long context,
        Tensor predicted,
        Tensor labelled,
        long tasks)
    {
        if (tasks == 0) return zeros([], device: predicted.device);
        var values = batch.Values.narrow(0, 0, tasks);
        var student = predicted.narrow(0, 0, tasks);
        var shown = labelled.narrow(0, 0, tasks);
        Tensor teacher;
        using (no_grad())
        {
            var frozen = MatrixPrecision.Views(network, config.Precision, trainable: false);
            var observed = ones_like(values);
            var scaled = Standardisation.Of(values, observed, context).Apply(values);
            var known = batch.Labels.narrow(0, 0, tasks).narrow(1, 0, context);
            var encoding = network.Backbone.Encode(frozen, scaled, observed, known, shown, identity?.narrow(0, 0, tasks));
            var queries = encoding.OfRows(context, batch.Rows - context);
            teacher = network.Backbone.LogProbabilities(frozen, queries, batch.Classes.narrow(0, 0, tasks));
        }

        var divergence = (teacher.exp() * (teacher - student)).sum(2, true) * shown;
        return divergence.sum() / (shown.sum() * student.shape[1]).clamp(1);
    }
}
