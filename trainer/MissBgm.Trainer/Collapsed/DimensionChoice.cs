using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// How many latent dimensions the linear generator has, where the configuration leaves it open: on wide tables more of them are tried, as long as each step
/// predicts hidden observed cells better by more than chance.
/// </summary>
internal static class DimensionChoice
{
    private const int FewestCells = 100;

    // A factor for so many columns at least; narrower tables have mixtures with covariances of their own.
    private const int ColumnsPerFactor = 2;

    // Mean fall of the squared error: standard errors, and at least this share of it.
    private const double Margin = 2.0;
    private const double LeastGain = 0.01;

    // By then it is plain which dimension foretells better.
    private const int Iterations = 40;

    // Rows * columns * d^2 of an EM iteration of the trial.
    private const double MostWork = 4e8;

    // The same of a generator that is averaged with others, whose parameters are drawn too.
    private const double MostWorkOfOther = 2e8;

    // Beyond, trials alone take as long as the fit.
    private const int MostColumnsOfOther = 500;

    private static readonly int[] Steps = [10, 20];
    private static readonly int[] Larger = [10, 20, 40];

    /// <summary>The settings with the dimension chosen.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="encoded">The table as the schema encodes it.</param>
    /// <param name="settings">How to fit; a dimension other than the default's stays.</param>
    /// <param name="seed">Seed of the hidden cells.</param>
    /// <param name="cancel">Ends the trials.</param>
    public static CollapsedSettings Run(TableSchema schema, EncodedTable encoded, CollapsedSettings settings, ulong seed, CancellationToken cancel)
    {
        if (!settings.Mixtures || settings.LatentDimension != new FitConfig().ZDim) return settings;
        var coding = new GaussianCoding(schema.Modelled);
        return settings with { LatentDimension = Choose(coding.Encode(GeneratorChoice.Sample(encoded, seed)), coding.Types, settings, seed, cancel) };
    }

    /// <summary>The dimension for a coded table, no less than the settings'.</summary>
    internal static int Choose(
        EncodedTable table, IReadOnlyList<ColumnType> types, CollapsedSettings settings, ulong seed, CancellationToken cancel)
    {
        var dimensions = Steps.Where(d => IsWorth(d, table.Rows, table.Columns)).ToArray();
        if (dimensions.Length == 0 || !GeneratorChoice.CanHide(table)) return settings.LatentDimension;

        var hidden = HiddenTable.Of(table, types, seed, 0);
        if (hidden.Cells.Length < FewestCells) return settings.LatentDimension;
        var (chosen, errors) = (settings.LatentDimension, Errors(settings.LatentDimension));
        foreach (var d in dimensions)
        {
            var next = Errors(d);
            if (!IsBetter(next, errors)) break;
            (chosen, errors) = (d, next);
        }

        return chosen;

        double[] Errors(int dimension)
        {
            cancel.ThrowIfCancellationRequested();
            var own = LinearFit.Dimension(settings with { LatentDimension = dimension }, hidden.Data);
            var predicted = hidden.At(GeneratorTrials.Complete(hidden.Data, FactorAnalysis.Fit(hidden.Data, own, settings.Threads, Iterations, cancel)));
            return [.. predicted.Zip(hidden.Truth, (value, truth) => (value - truth) * (value - truth))];
        }
    }

    /// <summary>
    /// Latent dimensions of linear generators to be weighed beside the chosen one: where a table is wide, more factors err differently, and the average of
    /// them by less than either. Fewer gain nothing (bench/results/generators.md).
    /// </summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="columns">Its Gaussian columns.</param>
    /// <param name="chosen">The linear generator's dimension.</param>
    public static int[] Further(int rows, int columns, int chosen)
    {
        var work = Math.Min(rows, GeneratorChoice.MostFitRows) * (double)columns;
        return columns > MostColumnsOfOther ? [] :
        [
            .. Larger.Where(d =>
                d > chosen && d * ColumnsPerFactor <= columns && d * LinearFit.RowsPerFactor <= rows && work * d * d <= MostWorkOfOther),
        ];
    }

    private static bool IsWorth(int d, int rows, int columns) =>
        d * ColumnsPerFactor <= columns && d * LinearFit.RowsPerFactor <= rows && (double)rows * columns * d * d <= MostWork;

    private static bool IsBetter(double[] errors, double[] than)
    {
        var gains = than.Zip(errors, (a, b) => a - b).ToArray();
        var mean = gains.Average();
        var error = Math.Sqrt(gains.Average(gain => (gain - mean) * (gain - mean)) / gains.Length);
        return mean > Margin * error && mean > LeastGain * than.Average();
    }
}
