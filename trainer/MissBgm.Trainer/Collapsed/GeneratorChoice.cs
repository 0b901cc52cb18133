using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// Which generators are averaged, and with what weights: the linear one, linear ones of more latent dimensions and mixtures of several numbers of
/// components are fitted to a table some of whose observed cells are hidden (<see cref="GeneratorTrials"/>), and weighed by how well they predict those.
/// </summary>
internal static class GeneratorChoice
{
    // Choices of hidden cells: as many as make up the wanted cells, within bounds. On few cells a forest or a mixture that helps cannot be told from chance.
    private const int WantedCells = 4000;
    private const int FewestRepeats = 2;
    private const int MostRepeats = 6;
    private const int FewestCells = 40;
    private const int FewestRows = 50;
    /// <summary>Rows that trials are made on.</summary>
    public const int MostRows = 2000;

    private const double RowsPerComponent = 5;

    /// <summary>Rows that mixtures are fitted to; of taller tables a choice of them.</summary>
    public const int MostFitRows = 20_000;

    // A covariance of each component asks for rows, and its latent dimension is p - 1.
    private const int RowsPerColumn = 3;
    private const int ManyColumns = 40;
    private const int MostColumns = 100;
    private const int MostColumnsOfForests = 500;
    private const int MostComponentsOfMany = 8;

    // Rows * components * columns^2 of an EM iteration that takes about a tenth of a second; of many columns the matrices of a row tell too.
    private const double MostWork = 5e7;

    private static readonly int[] Components = [2, 4, 8, 16];

    /// <summary>Fits of each mixture from different starts, which share its weight.</summary>
    public const int Starts = 2;

    /// <summary>
    /// The evidence, whose first fit is the linear generator's, those of the candidates following, of mixtures with one entry for each start (weights may
    /// be 0); the trial fits behind it, and the weights of their candidates; without trials where there is nothing to choose. Where the settings name a
    /// mechanism other than ignorable, the linear generator's mask is fitted with it, and none of more dimensions is tried.
    /// </summary>
    public static (GeneratorEvidence Evidence, GeneratorTrials? Trials, double[] Weights) Try(
        EncodedTable table, IReadOnlyList<ColumnType> types, CollapsedSettings settings, ulong seed, CancellationToken cancel)
    {
        var candidates = Candidates(table, settings);
        var sample = Sample(table, seed);
        if ((candidates.Length == 0 && !MayHaveForests(table, settings)) || !CanHide(sample)) return (GeneratorEvidence.Linear, null, []);
        var trials = GeneratorTrials.Run(sample, types, new TrialPlan(candidates, Repeats(sample, types)), settings, seed, cancel);
        var truth = trials.Truth;
        if (truth.Length < FewestCells) return (GeneratorEvidence.Linear, null, []);
        var weights = StackingWeights.Choose(trials.Predictions, truth);
        return (candidates.Length == 0 ? GeneratorEvidence.Linear : Describe(trials.Candidates, weights, trials.Predictions, truth), trials, weights);
    }

    /// <summary>Choices of hidden cells that a table's trials are made on; cells of numbers count.</summary>
    public static int Repeats(EncodedTable table, IReadOnlyList<ColumnType> types)
    {
        var numbers = Enumerable.Range(0, table.Columns).Where(c => types[c] is ColumnType.Numeric or ColumnType.Integer).ToArray();
        return Repeats(numbers.Sum(c => (double)ObservedIn(table, c)));
    }

    /// <summary>The same of a table with so many observed cells of numbers.</summary>
    public static int Repeats(double cells) =>
        cells == 0.0 ? FewestRepeats : HiddenTable.Choices(cells, WantedCells, FewestRepeats, MostRepeats);

    private static bool MayHaveForests(EncodedTable table, CollapsedSettings settings) =>
        settings.Forests && HasTrials(table.Columns) && table.Rows >= FewestRows;

    /// <summary>Whether generators and forests of a table of so many columns are weighed on hidden cells.</summary>
    public static bool HasTrials(int columns) => columns is >= 2 and <= MostColumnsOfForests;

    /// <summary>Whether every column keeps a value where some are hidden.</summary>
    public static bool CanHide(EncodedTable table) => Enumerable.Range(0, table.Columns).All(column => ObservedIn(table, column) >= 3);

    /// <summary>The candidate that each of the evidence's fits is, but for the first, and which of its fits; in the evidence's order.</summary>
    public static IReadOnlyList<(GeneratorCandidate Candidate, int Start)> Fits(IEnumerable<GeneratorCandidate> candidates) =>
        [.. candidates.SelectMany(candidate => Enumerable.Range(0, candidate.Fits).Select(start => (candidate, start)))];

    private static GeneratorCandidate[] Candidates(EncodedTable table, CollapsedSettings settings)
    {
        int[] dimensions = settings.Mechanism is null or Mechanism.Ignorable
            ? DimensionChoice.Further(table.Rows, table.Columns, LinearFit.Dimension(settings, table.Rows, table.Columns))
            : [];
        return [.. dimensions.Select(GeneratorCandidate.Linear), .. Sizes(table.Rows, table.Columns).Select(GeneratorCandidate.Mixture)];
    }

    /// <summary>Numbers of components worth trying; none for tables too small or too wide.</summary>
    public static int[] Sizes(int rows, int columns)
    {
        if (columns is < 2 or > MostColumns || rows < Math.Max(FewestRows, RowsPerColumn * columns)) return [];
        var (most, work) = (columns > ManyColumns ? MostComponentsOfMany : int.MaxValue, (double)Math.Min(rows, MostFitRows) * columns * columns);
        return [.. Components.Where(k => k <= most && k * work * Math.Max(1.0, columns / (double)ManyColumns) <= MostWork && k * RowsPerComponent <= rows)];
    }

    /// <summary>At most 2,000 of the table's rows.</summary>
    public static EncodedTable Sample(EncodedTable table, ulong seed)
    {
        if (table.Rows <= MostRows) return table;
        return table.Select(new Philox(seed).Permutation(table.Rows, RandomPurpose.MemberChoice, 0)[..MostRows]);
    }

    private static GeneratorEvidence Describe(GeneratorCandidate[] candidates, double[] weights, double[][] predictions, double[] truth)
    {
        double Alone(int candidate) => StackingWeights.Error([predictions[candidate]], [1.0], truth);
        return new GeneratorEvidence
        {
            Fits =
            [
                new GeneratorFit(1, weights[0], Alone(0)),
                .. candidates.SelectMany((candidate, i) =>
                {
                    var fits = candidate.Fits;
                    return Enumerable.Repeat(new GeneratorFit(candidate.Components, weights[i + 1] / fits, Alone(i + 1)), fits);
                }),
            ],
            HiddenCells = truth.Length,
            LinearError = Alone(0),
            AverageError = StackingWeights.Error(predictions, weights, truth),
        };
    }

    private static int ObservedIn(EncodedTable table, int column) =>
        Enumerable.Range(0, table.Rows).Count(row => table.Observed[row * table.Columns + column] == 1);
}
