using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Tables;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// Which discrete columns have a tree beside their Gaussian columns: observed levels are hidden, and a tree grown on the rest has, of a
/// grid of shares of the draws, the one under which the hidden
/// levels are likeliest, if that is better than the linear generator alone by more than chance. The mechanism may act on ordinal and
/// binary columns; unless it is ignorable they have none.
/// </summary>
internal static class LevelChoice
{
    private const double HiddenShare = 0.15;
    private const int FewestCells = 8;
    private const int Draws = 64;
    private const int MostRows = 20_000;

    // A node does not list levels that are less likely.
    private const double LeastChance = 1e-4;

    // Mean gain in log score: standard errors, and at least.
    private const double Margin = 2.0;
    private const double LeastGain = 0.02;

    private static readonly double[] Weights = [0.25, 0.5, 0.75, 0.9, 1.0];

    /// <summary>The columns, with trees where they do better.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="encoded">The table as the schema encodes it.</param>
    /// <param name="mechanism">The mechanism.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="seed">Seed of the hidden cells and the draws.</param>
    /// <param name="cancel">Ends the trial.</param>
    public static IReadOnlyList<ColumnSchema> Run(
        IReadOnlyList<ColumnSchema> columns, EncodedTable encoded, Mechanism mechanism, CollapsedSettings settings, ulong seed,
        CancellationToken cancel)
    {
        bool MayHave(int c) => columns[c].Type == ColumnType.Categorical || (columns[c].IsDiscrete && mechanism == Mechanism.Ignorable);
        var sample = GeneratorChoice.Sample(encoded, seed);
        var observed = Enumerable.Range(0, sample.Observed.Length).Where(cell => sample.Observed[cell] == 1).ToArray();
        var share = HiddenShare * observed.Count(cell => MayHave(cell % sample.Columns)) / observed.Length;
        var cells = share == 0 || columns.Count < 2 ? [] : HiddenCells.Pick(sample, share, new Philox(seed), 0, MayHave);
        if (cells.Length < FewestCells) return columns;

        cancel.ThrowIfCancellationRequested();
        var rest = HiddenCells.Hide(sample, cells);
        var normal = new NormalLevels(columns, rest, settings, new Philox(seed), cancel);
        var hidden = cells.ToLookup(cell => cell % sample.Columns);
        return [.. columns.Select((column, c) =>
        {
            cancel.ThrowIfCancellationRequested();
            return hidden[c].Count() < FewestCells ? column : Choose(columns, c, [.. hidden[c]], sample, rest, normal, encoded);
        })];
    }

    private static ColumnSchema Choose(
        IReadOnlyList<ColumnSchema> columns, int c, int[] cells, EncodedTable sample, EncodedTable rest, NormalLevels normal, EncodedTable encoded)
    {
        var column = columns[c];
        var grown = new LevelTree { Weight = 1, Nodes = TreeGrowth.Grow(rest, columns, c), Evidence = new LevelEvidence(0, 0, 0, 0) };
        var trial = LevelTrees.Of([.. columns.Select((other, o) => o == c ? other with { Tree = grown } : other)]);
        var chances = Array.ConvertAll(cells, cell =>
        {
            var (row, level) = (cell / sample.Columns, (int)sample.Values[cell]);
            var at = row * rest.Columns;
            var byTree = trial.Chance(c, level, rest.Values.AsSpan(at, rest.Columns), rest.Observed.AsSpan(at, rest.Columns));
            return (Normal: normal.Chance(row, c, level, column.LevelShares![level], Draws), Tree: Math.Max(LeastChance, byTree));
        });
        return Weigh(chances) is not { } weighed ? column : column with
        {
            Tree = new LevelTree { Weight = weighed.Weight, Nodes = TreeGrowth.Grow(Head(encoded), columns, c), Evidence = weighed.Evidence },
        };
    }

    private static (double Weight, LevelEvidence Evidence)? Weigh((double Normal, double Tree)[] chances)
    {
        double[] Losses(double weight) => Array.ConvertAll(chances, chance => -Math.Log((1 - weight) * chance.Normal + weight * chance.Tree));
        var (alone, best) = (Losses(0), Weights.MinBy(weight => Losses(weight).Sum()));
        var both = Losses(best);
        var gains = alone.Zip(both, (a, b) => a - b).ToArray();
        var mean = gains.Average();
        var error = Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1) / gains.Length);
        return mean > Margin * error && mean > LeastGain
            ? (best, new LevelEvidence(chances.Length, alone.Average(), Losses(1).Average(), both.Average()))
            : null;
    }

    private static EncodedTable Head(EncodedTable table) =>
        table.Rows <= MostRows ? table : table.Select([.. Enumerable.Range(0, MostRows)]);
}
