using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Mixtures;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer;

/// <summary>About how long a fit of a collapsed mechanism takes and how much memory, told from the table's size alone.</summary>
/// <param name="Columns">Gaussian columns, p.</param>
/// <param name="Seconds">Seconds; a factor of <see cref="Factor"/> either way is usual.</param>
/// <param name="Megabytes">Megabytes.</param>
public sealed record FitCost(int Columns, double Seconds, double Megabytes)
{
    /// <summary>How far off the seconds may be, and more where other programs are at work.</summary>
    public const double Factor = 2;

    // Measured on twelve tables of 153 to 1,309 rows and 6 to 122 Gaussian columns: what starts the program; a row under one component of
    // a mixture, and a pair of its columns; a row and column of the linear model's gradient; a row and column of a trial, its linear
    // generators and forests.
    private const double StartSeconds = 1.5;
    private const double RowSeconds = 2e-7;
    private const double PairSeconds = 4e-10;
    private const double GradientSeconds = 3e-7;
    private const double TrialSeconds = 8e-5;
    private const double StartMegabytes = 85;
    private const double CellMegabytes = 7e-4;

    /// <summary>Estimates.</summary>
    /// <param name="schema">The table's columns.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="config">A configuration of a collapsed mechanism.</param>
    /// <param name="threads">Threads.</param>
    public static FitCost Of(TableSchema schema, int rows, FitConfig config, int threads)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(config);
        var p = new GaussianCoding(schema.Modelled).Columns;
        var settings = CollapsedSettings.Of(config, threads);
        var taken = FitRows.Count(rows, schema.Modelled.Count);
        var sizes = settings.Mixtures ? GeneratorChoice.Sizes(rows, p) : [];
        var tried = Math.Min(rows, GeneratorChoice.MostRows);
        // Trials of all sizes and of maps; fits of what has a weight; draws of the parameters.
        var (all, largest, mean) = sizes.Length == 0 ? (0, 0, 0.0) : (sizes.Sum(), sizes.Max(), sizes.Average());
        var repeats = GeneratorChoice.Repeats((double)tried * schema.Modelled.Count(column => column.Type is ColumnType.Numeric or ColumnType.Integer));
        var trials = (repeats * all + 6 * Math.Min(8, largest)) * MixtureSettings.MostIterations * tried;
        var fits = (all * MixtureSettings.MostIterations + settings.ParameterDraws * mean * ParameterDraws.MixtureSweeps)
            * Math.Min(taken, GeneratorChoice.MostFitRows);
        var mixtures = (trials + fits) * (RowSeconds + p * (p + 8.0) * PairSeconds);
        var steps = Math.Max(settings.Steps, taken / (double)settings.BatchSize);
        var linear = steps * settings.BatchSize * p * GradientSeconds;
        var rest = (settings.Mixtures || settings.Forests) && GeneratorChoice.HasTrials(p) ? TrialSeconds * repeats * tried * p : 0.0;
        return new FitCost(p, StartSeconds + (mixtures + linear + rest) / threads, StartMegabytes + rows * (double)p * CellMegabytes);
    }
}
