using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>
/// The columns of a row x, [N, p]: the c continuous ones first, then the discrete ones by the numbers of their levels. Either kind may be
/// absent.
/// </summary>
/// <param name="continuous">c.</param>
/// <param name="levels">Levels of each discrete column.</param>
internal sealed class RowColumns(int continuous, IReadOnlyList<int> levels)
{
    /// <summary>The columns that a generator draws.</summary>
    public static RowColumns Of(GeneratorWeights generator) => new(generator.Mean.Outputs, generator.Discrete?.Levels ?? []);

    /// <summary>The columns that a network sees.</summary>
    public static RowColumns Of(PerceptronWeights network, DiscreteHeadWeights? discrete) =>
        new(network.Inputs() - (discrete?.Levels.Sum() ?? 0), discrete?.Levels ?? []);

    /// <summary>p.</summary>
    public int Count => continuous + levels.Count;

    /// <summary>What rows are, in words.</summary>
    public string Documentation => levels.Count == 0 ? PortTexts.Completed : PortTexts.MixedRows;

    /// <summary>A text on a quantity of all columns, with what stands in the discrete ones.</summary>
    public string Remark(string text, string value) => levels.Count == 0 ? text : $"{text} {value} in discrete columns.";

    /// <summary>The continuous columns, [N, c]; null when there are none.</summary>
    public Tensor? Cells(Tensor x) => continuous == 0 ? null : levels.Count == 0 ? x : x.Slice(1, 0, continuous);

    /// <summary>The discrete columns, [N, p - c]; null when there are none.</summary>
    public Tensor? Levels(Tensor x) => levels.Count == 0 ? null : x.Slice(1, continuous, Count);

    /// <summary>A row as the mask network and the encoder see it, discrete columns one-hot, [N, c + sum of levels].</summary>
    public Tensor Encode(Tensor x) => Encode(Cells(x), Levels(x));

    /// <summary>The same from its parts.</summary>
    public Tensor Encode(Tensor? cells, Tensor? numbers) => Join(cells, numbers is null ? null : DiscreteColumns.OneHot(numbers, levels));

    /// <summary>A quantity of the discrete columns at each of their levels' places, [N, sum of levels].</summary>
    public Tensor Spread(Tensor columns) => columns.Gather(columns.Graph.Integers([.. levels.SelectMany((count, j) => Enumerable.Repeat((long)j, count))]), 1);

    /// <summary>Continuous columns and discrete ones side by side.</summary>
    public static Tensor Join(Tensor? cells, Tensor? discrete) => cells is null ? discrete! : discrete is null ? cells : new[] { cells, discrete }.Concat(1);

    /// <summary>A quantity of the continuous columns with a constant in the place of the discrete ones, [N, p] or [N, p, r].</summary>
    /// <param name="cells">[N, c] or [N, c, r]; null when there are none.</param>
    /// <param name="value">The constant.</param>
    /// <param name="rows">Any matrix of N rows; not read without discrete columns.</param>
    public Tensor Widen(Tensor? cells, double value, Tensor? rows)
    {
        if (levels.Count == 0) return cells!;
        var constants = 0 * rows!.Slice(1, 0, 1) + rows!.Graph.Constant([.. Enumerable.Repeat(value, levels.Count)], [1, levels.Count]);
        if (cells is { Shape.Rank: 3 }) constants = constants.Unsqueeze(2) + 0 * cells.Slice(1, 0, 1);
        return Join(cells, constants);
    }
}
