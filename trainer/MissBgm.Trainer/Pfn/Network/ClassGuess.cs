using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// What regressions on the context say of each row's class, from which class probabilities start: a linear regression of the classes' indicators, given
/// whatever the row shows, and shares of the classes among near rows, with all columns counted alike and with columns counted by how much they tell of
/// the class. Context rows are told by the others, so that their labels show how far such guesses are to be trusted. (As <see cref="FlowBaseline"/> is
/// for missing cells: a small network needs most of its capacity to relearn what these know.)
/// </summary>
/// <param name="Frequencies">Log frequencies of the classes in the context, [B, 1, K].</param>
/// <param name="Scores">How each guess would change the log probabilities, [B, n, <see cref="PfnConstants.ClassGuesses"/>, K].</param>
internal sealed record ClassGuess(Tensor Frequencies, Tensor Scores)
{
    /// <summary>Measures a table.</summary>
    /// <param name="values">Standardised values, [B, n, F]; not read where missing.</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="labels">Classes of the context rows, the first c of n, [B, c], int64.</param>
    /// <param name="labelled">1 for tasks whose labels are shown, else 0, [B, 1, 1].</param>
    /// <param name="classes">K.</param>
    public static ClassGuess Of(Tensor values, Tensor observed, Tensor labels, Tensor labelled, int classes)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (shown, context) = (values * observed, labels.shape[1]);
        var indicators = nn.functional.one_hot(labels, classes).to(values.dtype) * labelled;
        var total = labelled * (double)context;
        var frequencies = (indicators.sum(1, true) + PfnConstants.PriorRows / 2) / (total + PfnConstants.PriorRows);
        var centred = indicators - indicators.mean([1], true);
        var (linear, slopes) = Linear(shown, observed, centred);
        var scores = new List<Tensor> { linear / frequencies };
        // How much of the indicators' variance each column tells by itself.
        var told = (slopes.square() / frequencies).sum(2).unsqueeze(1);
        var relevance = told / told.amax([2], true).clamp_min(PfnConstants.Tiny) + PfnConstants.LeastRelevance;
        foreach (var counts in (Tensor?[])[null, relevance]) scores.AddRange(Near(shown, observed, counts, indicators, labelled, frequencies));
        var all = stack(scores, 2).clamp(-PfnConstants.StandardisedLimit, PfnConstants.StandardisedLimit);
        return new ClassGuess(frequencies.log().MoveToOuterDisposeScope(), all.MoveToOuterDisposeScope());
    }

    /// <summary>The first tasks.</summary>
    public ClassGuess OfTasks(long count) => new(Frequencies.narrow(0, 0, count), Scores.narrow(0, 0, count));

    /// <summary>Some of the rows.</summary>
    public ClassGuess OfRows(long first, long count) => this with { Scores = Scores.narrow(1, first, count) };

    // The indicators' regression without its mean, [B, n, K], and its covariances, [B, F, K]. A context row's own label is taken out by its leverage; the
    // share of variance that is left then divides, as it does in Fisher's discriminant of two classes.
    private static (Tensor Fitted, Tensor Slopes) Linear(Tensor shown, Tensor observed, Tensor centred)
    {
        var (rows, context) = (shown.shape[1], centred.shape[1]);
        var (x, o) = (shown.narrow(1, 0, context), observed.narrow(1, 0, context));
        var gaussian = GaussianBaseline.Fit(x, o);
        var solved = gaussian.Solve(shown, observed);
        var filled = x + gaussian.ConditionalMean(solved.narrow(1, 0, context), o);
        var slopes = filled.transpose(1, 2).matmul(centred) / (double)context;
        var fitted = solved.matmul(slopes);
        var leverage = ((shown * solved).sum(2, true) / (double)context).narrow(1, 0, context).clamp_max(PfnConstants.LargestLeverage);
        var others = (fitted.narrow(1, 0, context) - leverage * centred) / (1 - leverage);
        var left = (centred - others).square().sum([1, 2], true) / centred.square().sum([1, 2], true).clamp_min(PfnConstants.Tiny);
        return (cat([others, fitted.narrow(1, context, rows - context)], 1) / left.clamp(PfnConstants.SmallestShareLeft, 1), slopes);
    }

    // Log ratios of the classes' shares among near rows to their frequencies, for each bandwidth; a few prior rows keep them finite.
    private static IEnumerable<Tensor> Near(
        Tensor shown, Tensor observed, Tensor? relevance, Tensor indicators, Tensor labelled, Tensor frequencies)
    {
        var (scaled, context) = (relevance is null ? shown : shown * relevance.sqrt(), indicators.shape[1]);
        var neighbours = new NeighbourBaseline(scaled.narrow(1, 0, context), observed.narrow(1, 0, context));
        var ratio = frequencies * (labelled + PfnConstants.PriorShare);
        return neighbours.Weights(scaled, observed, relevance)
            .Select(weights => ((weights.matmul(indicators) + frequencies * PfnConstants.PriorShare) / ratio).log());
    }
}
