using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>The column pieces there are, in the order in which they act: first what relates columns, last what copies them as they are.</summary>
internal static class ColumnPieces
{
    private const string CategoricalName = "categorical";

    private static readonly (string Name, IColumnPiece Piece)[] InOrder =
    [
        ("correlated", new CorrelatedColumns()),
        ("heavy_tailed", new HeavyTailedColumns()),
        ("bounded", new BoundedColumns()),
        ("zero_inflated", new ZeroInflatedColumns()),
        ("discrete", new DiscreteColumns()),
        (CategoricalName, new CategoricalColumns()),
        ("duplicated", new DuplicatedColumns()),
    ];

    /// <summary>The names that the configuration's <c>columns</c> has for them; the share of categorical ones is a key of its own.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. InOrder.Select(piece => piece.Name).Where(name => name != CategoricalName)];

    /// <summary>Lets each piece act on a random choice of columns, in the configuration's share.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="values">[B, n, F].</param>
    /// <param name="config">The shares.</param>
    /// <returns>The columns, and for each piece that acts where it did, [B, 1, F].</returns>
    public static (Tensor Values, IReadOnlyList<(string Name, Tensor Chosen)> Acted) Apply(StepRandom random, Tensor values, PriorConfig config)
    {
        var acted = new List<(string, Tensor)>();
        foreach (var (name, piece) in InOrder)
        {
            var share = name == CategoricalName ? config.CategoricalShare : config.Columns.GetValueOrDefault(name);
            if (share == 0) continue;
            var made = piece.Apply(random, values);
            var chosen = random.Uniform(values.shape[0], 1, values.shape[2]).lt(share);
            values = where(chosen, made, values);
            acted.Add((name, chosen));
        }

        return (values, acted);
    }
}
