using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>
/// Nodes for what regressions on the context say of each row's class, from which class probabilities start: a linear regression of the classes'
/// indicators, given whatever the row shows, and shares of the classes among near rows, with all columns counted alike and with columns counted by how
/// much they tell of the class. The numbers are the trainer's.
/// </summary>
internal sealed class ClassGuess
{
    private readonly Tensor _shown;
    private readonly Tensor _observed;
    private readonly Tensor _indicators;
    private readonly Tensor _labelled;
    private readonly Tensor _frequencies;
    private readonly Tensor _same;
    private readonly GaussianBaseline _gaussian;
    private readonly Tensor _rows;
    private readonly Tensor _slopes;
    private readonly Tensor _others;
    private readonly Tensor _left;
    private readonly Tensor _relevance;

    /// <param name="features">A graph input of shape [C, F].</param>
    /// <param name="room">Features the network has room for.</param>
    /// <param name="shown">Standardised context values, 0 where missing, [C, F].</param>
    /// <param name="observed">[C, F].</param>
    /// <param name="labels">Classes from 0, [C]; K for a row without a label.</param>
    /// <param name="classes">K.</param>
    public ClassGuess(Tensor features, int room, Tensor shown, Tensor observed, Tensor labels, int classes)
    {
        (_shown, _observed, _rows) = (shown, observed, features.Length(0));
        _indicators = labels.OneHot(classes);
        _labelled = _indicators.Sum(1, keepAxis: true);
        var (counts, total) = (_indicators.Sum(0, keepAxis: true), _labelled.Sum(0, keepAxis: true));
        _frequencies = (counts + PfnConstants.PriorRows / 2) / (total + PfnConstants.PriorRows);
        _same = NeighbourBaseline.Same(features);
        _gaussian = new GaussianBaseline(features, room, shown, observed);
        var solved = _gaussian.Solve(shown, observed);
        var centred = (_indicators - counts / total.Max(1)) * _labelled;
        _slopes = (shown + _gaussian.ConditionalMean(solved, observed)).Gemm(centred, transposeA: true) / _rows;
        _others = OfOthers(solved, centred);
        var (missed, all) = (WholeSum((centred - _others).Square()), WholeSum(centred.Square()).Max(PfnConstants.Tiny));
        _left = (missed / all).Max(PfnConstants.SmallestShareLeft).Min(1);
        var told = (_slopes.Square() / _frequencies).Sum(1, keepAxis: true).Transpose(1, 0);
        _relevance = told / (-(-told).Smallest(1, keepAxis: true)).Max(PfnConstants.Tiny) + PfnConstants.LeastRelevance;
    }

    /// <summary>Log frequencies of the classes in the context, [1, K].</summary>
    public Tensor Frequencies => _frequencies.Log();

    /// <summary>Whether a network asks regressions for classes.</summary>
    public static bool IsAskedBy(PfnWeights weights) => weights.Has("class_trust.kernel");

    /// <summary>How each guess would change the log probabilities of the context's rows, each told by the others, [C, K] each.</summary>
    public Tensor[] ContextScores() => Scores(_others, _shown, _observed, _same);

    /// <summary>How each guess would change the log probabilities of rows, [N, K] each.</summary>
    /// <param name="shown">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="observed">[N, F].</param>
    public Tensor[] Scores(Tensor shown, Tensor observed) => Scores(_gaussian.Solve(shown, observed).MatMul(_slopes), shown, observed, null);

    private Tensor[] Scores(Tensor fitted, Tensor shown, Tensor observed, Tensor? same)
    {
        var scale = _relevance.Sqrt();
        var alike = new NeighbourBaseline(_shown, _observed).Weights(shown, observed, same);
        var weighed = new NeighbourBaseline(_shown * scale, _observed).Weights(shown * scale, observed, same, _relevance);
        return [.. alike.Concat(weighed).Select(Shares).Prepend(fitted / _left / _frequencies).Select(Bounded)];

        Tensor Shares(Tensor weights) =>
            ((weights.MatMul(_indicators) + _frequencies * PfnConstants.PriorShare)
                / (_frequencies * (weights.MatMul(_labelled) + PfnConstants.PriorShare))).Log();

        static Tensor Bounded(Tensor x) => x.Max(-PfnConstants.StandardisedLimit).Min(PfnConstants.StandardisedLimit);
    }

    private Tensor OfOthers(Tensor solved, Tensor centred)
    {
        var leverage = ((_shown * solved).Sum(1, keepAxis: true) / _rows).Min(PfnConstants.LargestLeverage);
        return (solved.MatMul(_slopes) - leverage * centred) / (1 - leverage);
    }

    private static Tensor WholeSum(Tensor x) => x.Sum(1, keepAxis: true).Sum(0, keepAxis: true);
}
