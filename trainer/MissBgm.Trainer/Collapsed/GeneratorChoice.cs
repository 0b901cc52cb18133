using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;
using MissBgm.Trainer.Tables;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// Which generators are averaged, and with what weights: the linear one and mixtures of several numbers of components are fitted to a table some of whose
/// observed cells are hidden, and weighed by how well they predict those. Hidden cells are observed ones picked at random, so a fit that ignores the mask
/// predicts them without bias; the mechanism plays no part here. Of categorical columns none are hidden: a level's indicator follows from the others.
/// </summary>
internal static class GeneratorChoice
{
    private const int Repeats = 2;
    private const int FewestCells = 40;
    private const int FewestRows = 50;
    private const int MostRows = 2000;
    private const double HiddenShare = 0.1;
    private const double RowsPerComponent = 5;

    // A covariance of each component asks for rows, and its latent dimension is p - 1.
    private const int RowsPerColumn = 3;
    private const int MostColumns = 40;

    // Rows * components * columns^2 of an EM iteration that takes about a tenth of a second.
    private const double MostWork = 5e7;

    private static readonly int[] _components = [2, 4, 8, 16];

    /// <summary>Fits of each mixture from different starts, which share its weight.</summary>
    public const int Starts = 2;

    /// <summary>The evidence; its first fit is the linear generator's, those of the mixtures follow with one entry for each start. Weights may be 0.</summary>
    public static GeneratorEvidence Decide(EncodedTable table, IReadOnlyList<ColumnType> types, SelectionSettings settings, ulong seed, CancellationToken cancel)
    {
        var sizes = Sizes(table.Rows, table.Columns);
        var sample = Sample(table, seed);
        if (sizes.Length == 0 || Enumerable.Range(0, sample.Columns).Any(column => ObservedIn(sample, column) < 3)) return GeneratorEvidence.Linear;
        var (predictions, truth) = (Enumerable.Range(0, sizes.Length + 1).Select(_ => new List<double>()).ToArray(), new List<double>());
        for (var repeat = 1; repeat <= Repeats; repeat++)
        {
            var cells = HiddenCells.Pick(sample, HiddenShare, new Philox(seed), repeat, column => types[column] != ColumnType.Categorical);
            var data = MaskedMatrix.From(HiddenCells.Hide(sample, cells));
            truth.AddRange(cells.Select(cell => (double)sample.Values[cell]));
            var linear = Complete(data, FactorAnalysis.Fit(data, SelectionFit.Dimension(settings, data), settings.Threads));
            predictions[0].AddRange(cells.Select(cell => linear[cell]));
            for (var i = 0; i < sizes.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                var completed = new double[linear.Length];
                for (var start = 0; start < Starts; start++)
                {
                    var components = MixtureFit.Run(data, linear, SelfMask.Ignorable, new MixtureSettings { Components = sizes[i], Start = start, Threads = settings.Threads }, seed);
                    var one = MixtureFit.Complete(data, components, SelfMask.Ignorable, settings.Threads);
                    for (var cell = 0; cell < one.Length; cell++) completed[cell] += one[cell] / Starts;
                }

                predictions[i + 1].AddRange(cells.Select(cell => completed[cell]));
            }
        }

        return truth.Count < FewestCells ? GeneratorEvidence.Linear : Weigh(sizes, [.. predictions.Select(p => p.ToArray())], [.. truth]);
    }

    /// <summary>Posterior means of a linear model's cells, [n, p]; observed cells as they are.</summary>
    public static double[] Complete(MaskedMatrix data, FactorModel model)
    {
        var (p, stride, d) = (data.Columns, data.Stride, model.Dimension);
        var completed = new double[data.Rows * p];
        for (var cell = 0; cell < completed.Length; cell++)
        {
            var (row, j) = (cell / p, cell % p);
            completed[cell] = data.Values[row * stride + j];
            if (data.Observed[row * stride + j] == 1.0) continue;
            completed[cell] = model.Intercept[j];
            for (var k = 0; k < d; k++) completed[cell] += model.LatentMean[row * d + k] * model.Loadings[k * stride + j];
        }

        return completed;
    }

    private static GeneratorEvidence Weigh(int[] sizes, double[][] predictions, double[] truth)
    {
        var weights = StackingWeights.Choose(predictions, truth);
        double Alone(int candidate) => StackingWeights.Error([predictions[candidate]], [1.0], truth);
        return new GeneratorEvidence
        {
            Fits =
            [
                new GeneratorFit(1, weights[0], Alone(0)),
                .. sizes.SelectMany((size, i) => Enumerable.Repeat(new GeneratorFit(size, weights[i + 1] / Starts, Alone(i + 1)), Starts)),
            ],
            HiddenCells = truth.Length,
            LinearError = Alone(0),
            AverageError = StackingWeights.Error(predictions, weights, truth),
        };
    }

    private static int[] Sizes(int rows, int columns) => columns is < 2 or > MostColumns || rows < Math.Max(FewestRows, RowsPerColumn * columns)
        ? []
        : [.. _components.Where(k => k * (double)rows * columns * columns <= MostWork && k * RowsPerComponent <= rows)];

    private static EncodedTable Sample(EncodedTable table, ulong seed)
    {
        if (table.Rows <= MostRows) return table;
        var p = table.Columns;
        var rows = new Philox(seed).Permutation(table.Rows, RandomPurpose.MemberChoice, 0)[..MostRows];
        float[] Gather(float[] values) => [.. rows.SelectMany(row => values.AsSpan(row * p, p).ToArray())];
        return new EncodedTable(MostRows, p, Gather(table.Values), Gather(table.Observed));
    }

    private static int ObservedIn(EncodedTable table, int column) =>
        Enumerable.Range(0, table.Rows).Count(row => table.Observed[row * table.Columns + column] == 1);
}
