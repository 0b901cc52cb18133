using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Bench.Studies;

/// <summary>The default fit without the sampling after it: a hidden cell's estimate is its mean given the mode of its row's z.</summary>
/// <param name="Point">The completed table in the units given, row-major [n, p].</param>
/// <param name="Evidence">What was chosen, and why.</param>
internal sealed record CoreFit(double[] Point, MechanismEvidence Evidence)
{
    /// <summary>Fits a table.</summary>
    /// <param name="values">Row-major [n, p]; NaN where hidden.</param>
    /// <param name="columns">p.</param>
    /// <param name="mechanism">A mechanism, or auto.</param>
    /// <param name="seed">The fit's seed.</param>
    /// <param name="steps">Adam steps; few where only the choice matters.</param>
    public static CoreFit Run(double[] values, int columns, string mechanism, ulong seed, int? steps = null)
    {
        var cells = new double[values.Length / columns, columns];
        Buffer.BlockCopy(values, 0, cells, 0, values.Length * sizeof(double));
        var table = Table.FromNumbers([.. Enumerable.Range(1, columns).Select(j => $"x{j}")], cells);
        var schema = TableSchema.Detect(table, new ColumnDeclarations { Detection = TypeDetection.Off });
        var settings = CollapsedSettings.Of(new FitConfig { Mechanism = mechanism }, threads: 1) with { ParameterDraws = 0 };
        var fit = CollapsedFit.Run(
            schema.Encode(table), [.. schema.Modelled.Select(column => column.Name)],
            steps is { } few ? settings with { Steps = few, Mixtures = false } : settings, seed);
        var point = (double[])values.Clone();
        for (var i = 0; i < point.Length; i++)
        {
            if (double.IsNaN(point[i])) point[i] = schema.Decode(i % columns, fit.Completed[i]);
        }

        return new CoreFit(point, fit.Evidence);
    }

    /// <summary>Root mean square error over the hidden cells, after division by a scale for each column.</summary>
    public static double Rmse(double[] point, double[] truth, double[] incomplete, double[] scale) =>
        Math.Sqrt(
            Enumerable.Range(0, truth.Length).Where(i => double.IsNaN(incomplete[i]))
                .Average(i => Math.Pow((point[i] - truth[i]) / scale[i % scale.Length], 2)));

    /// <summary>Every hidden cell filled with the mean of its column's observed ones.</summary>
    public static double[] ColumnMeans(double[] incomplete, int columns)
    {
        var means = Enumerable.Range(0, columns)
            .Select(j => Enumerable.Range(0, incomplete.Length / columns).Select(i => incomplete[i * columns + j]))
            .Select(column => column.Where(double.IsFinite).Average())
            .ToArray();
        return [.. incomplete.Select((value, i) => double.IsNaN(value) ? means[i % columns] : value)];
    }
}
