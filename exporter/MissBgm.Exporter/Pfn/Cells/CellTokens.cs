using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>Cell tokens from values, masks and column identities; the label's column stands first.</summary>
/// <param name="weights">The network.</param>
/// <param name="identity">Random identities of the columns, [F, I].</param>
/// <param name="scaling">How values are standardised.</param>
internal sealed class CellTokens(PfnWeights weights, Tensor identity, Standardisation scaling)
{
    private readonly Tensor _column = weights.Dense(identity, "identity").Unsqueeze(0);
    private readonly Tensor _kernel = weights.Place(identity.Graph, "cell.kernel");
    private readonly Tensor _bias = weights.Place(identity.Graph, "cell.bias");
    private readonly Tensor _unknown = weights.Place(identity.Graph, "labels.unknown");

    /// <summary>The axis of the label and the features.</summary>
    public static Dimension Columns { get; } = "F+1";

    /// <summary>Tokens of context rows, [C, F+1, D].</summary>
    /// <param name="values">[C, F].</param>
    /// <param name="observed">[C, F].</param>
    /// <param name="guess">What regressions say of the missing cells; null of a network that asks none.</param>
    /// <param name="labels">Classes from 0, [C]; the number of classes for a row without a label.</param>
    /// <param name="scores">What regressions say of the rows' classes, [C, K] each; null likewise.</param>
    public Tensor Context(Tensor values, Tensor observed, CellGuess? guess, Tensor labels, Tensor[]? scores)
    {
        var known = weights.PlaceStacked(identity.Graph, "labels.kernel", "labels.unknown").Gather(labels, 0).Unsqueeze(1);
        return Told(known, scores).Join(Cells(values, observed, guess) + known, 1, Columns);
    }

    /// <summary>Tokens of query rows, whose label is unknown, [Q, F+1, D].</summary>
    public Tensor Query(Tensor values, Tensor observed, CellGuess? guess, Tensor[]? scores)
    {
        var cells = Cells(values, observed, guess);
        return Told(_unknown.Unsqueeze(0), scores).ExpandAs(cells.Sum(1, keepAxis: true)).Join(cells + _unknown, 1, Columns);
    }

    /// <summary>The rows to think in, [T, F+1, D].</summary>
    public Tensor Thinking()
    {
        var token = weights.PlaceApart(identity.Graph, "thinking");
        return token.Join(token + _column, 1, Columns);
    }

    // The label's token with what regressions say of the class, [N, 1, D].
    private Tensor Told(Tensor label, Tensor[]? scores) =>
        scores is null ? label : label + weights.Dense(scores.Concat(1) * PfnConstants.ScoreScale, "scores").Unsqueeze(1);

    private Tensor Cells(Tensor values, Tensor observed, CellGuess? guess)
    {
        var missing = 1 - observed;
        var cells = Along(scaling.Shown(values, observed), 0) + Along(missing, 1) + _bias + _column;
        return guess is null ? cells : cells + Along(guess.Mean, 2) + Along(missing * guess.Spread.Log(), 3);

        Tensor Along(Tensor x, int row) => x.Unsqueeze(2) * _kernel.Slice(0, row, row + 1);
    }
}
