using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>
/// How conclusions depend on what no data can tell: why values are missing. One parameter is moved from its fitted value, the table imputed
/// again with the same random numbers, and estimates pooled over multiple imputations; at 0 they are those of <c>missbgm impute
/// --multiple</c>.
/// </summary>
/// <remarks>
/// delta adds a multiple of the column's observed standard deviation to every imputed value (Rubin 1977; the tipping-point analysis of
/// trials). rho moves the correlation between a cell's noise and its being observed; mean, variance and chance of an observed cell given z
/// stay as fitted, and so do z's posterior and the loadings (see <c>sensitivity.onnx</c>; in the spirit of Copas and Li 1997): nothing is
/// refitted, and intervals know nothing of the fit's own error.
/// </remarks>
public static class SensitivityAnalysis
{
    private const double LargestRho = 2;

    /// <summary>Runs the analysis.</summary>
    /// <param name="imputer">The model.</param>
    /// <param name="table">A table with the training table's columns.</param>
    /// <param name="options">What to analyse.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">An option does not fit model or table; the message says which and how to mend it.</exception>
    /// <exception cref="BundleException">The bundle has no graph for rho.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    public static SensitivityResult Run(
        Imputer imputer, Table table, SensitivityOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(imputer);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        var schema = imputer.Bundle?.Schema ?? TableSchema.Detect(table, options.Impute.Columns);
        schema.Locate(table);
        var parameter = Check(imputer, table, options);
        var columns = Swept(schema, table, options.Columns);
        options.Statistic?.Check(table, schema);
        double[] values = [.. options.Values.Append(0).Distinct().Order()];
        var alpha = (options.Impute.Inference ?? imputer.Inference).Alpha;
        var points = new SensitivityPoint[values.Length];
        CompletedTables? fitted = null;
        for (var i = 0; i < values.Length; i++)
        {
            var share = new Share(progress, i, values.Length);
            var rho = parameter == SensitivityParameter.Rho && values[i] != 0;
            var tables = rho
                ? Impute(imputer, table, schema, options, Change(schema, columns, values[i]), share, cancellation)
                : fitted ??= Impute(imputer, table, schema, options, null, share, cancellation);
            points[i] = Estimate(tables, parameter == SensitivityParameter.Delta ? values[i] : 0, values[i], columns, options, alpha);
        }

        return new SensitivityResult
        {
            Parameter = parameter,
            Columns = columns,
            Points = points,
            Notes = [.. ImputationNotes.OfTable(fitted!.Imputed, imputer.Bundle?.Schema.Unknown(table))],
            Conclusion = options.Conclusion,
            TippingPoints = [.. Tips(points, options)],
        };
    }

    private static float[] Change(TableSchema schema, string[] columns, double value) =>
        [.. schema.Modelled.Select(column => columns.Contains(column.Name) ? (float)value : 0)];

    private static SensitivityParameter Check(Imputer imputer, Table table, SensitivityOptions options)
    {
        var mechanism = imputer.Bundle?.Manifest.Mechanism;
        var parameter = options.Parameter ?? (mechanism is Mechanism.Self or Mechanism.Selection ? SensitivityParameter.Rho : SensitivityParameter.Delta);
        if (parameter == SensitivityParameter.Rho && mechanism is null or Mechanism.Paper)
        {
            throw new UserInputException(
                $"{imputer.Path} {(mechanism is null ? "is a pretrained model" : "was fitted with mechanism paper")}, which has no rho; "
                + "move delta, or fit with another mechanism.");
        }

        if (options.Imputations < 2)
        {
            throw new UserInputException(
                $"The number of imputations is {options.Imputations}; allowed is at least 2.");
        }
        if (options.Values.FirstOrDefault(v => !double.IsFinite(v)) is var odd && !double.IsFinite(odd))
        {
            throw new UserInputException(
                $"A value of the parameter is {odd}; allowed are finite numbers.");
        }
        if (parameter == SensitivityParameter.Rho && options.Values.Any(v => Math.Abs(v) > LargestRho))
        {
            throw new UserInputException(
                $"rho is moved by {options.Values.MaxBy(Math.Abs)}; allowed is from -{LargestRho} to {LargestRho}, as a correlation "
                + "lies between -1 and 1.");
        }
        if (options.Conclusion is not null && options.Statistic is null)
        {
            throw new UserInputException(
                $"The conclusion '{options.Conclusion}' needs a statistic that it is about.");
        }
        if (options.Impute.FirstRow != 0 || options.Impute.EndRow is not null)
        {
            throw new UserInputException(
                $"{table.Source}: a sensitivity analysis is of all rows; leave the range of rows out.");
        }
        return parameter;
    }

    private static string[] Swept(TableSchema schema, Table table, IReadOnlyList<string>? asked)
    {
        string[] able = [.. schema.Modelled.Where(column => !column.IsDiscrete && HasMissing(column.Name)).Select(column => column.Name)];
        if (able.Length == 0)
        {
            throw new UserInputException(
                $"{table.Source}: no column of numbers has a missing cell, so no estimate depends on why values are missing.");
        }
        var wrong = asked?.FirstOrDefault(name => !able.Contains(name));
        if (wrong is not null)
        {
            throw new UserInputException(
                $"{table.Source}: column '{wrong}' cannot be moved: it must be a column of numbers that varies and has missing cells, "
                + $"which are {string.Join(", ", able)}.");
        }
        return asked is null ? able : [.. asked.Distinct()];

        bool HasMissing(string name)
        {
            var column = table.Header.ToList().IndexOf(name);
            return Enumerable.Range(0, table.Rows).Any(row => table.IsMissing(row, column));
        }
    }

    private static CompletedTables Impute(
        Imputer imputer, Table table, TableSchema schema, SensitivityOptions options, float[]? change, IProgress<double> progress,
        CancellationToken cancellation)
    {
        var draws = new MultipleImputations(options.Imputations);
        var imputed = imputer.Impute(table, options.Impute with { DrawSinks = [draws], CorrelationChange = change }, progress, cancellation);
        return new CompletedTables(imputed, draws, schema);
    }

    private static SensitivityPoint Estimate(CompletedTables tables, double delta, double value, string[] columns, SensitivityOptions options, double alpha)
    {
        SensitivityEstimate Pooled(Statistic statistic)
        {
            var single = Enumerable.Range(0, options.Imputations)
                .Select(m => statistic.Evaluate(tables.Source, column => tables.Column(column, m, columns.Contains(column) ? delta : 0))).ToArray();
            var estimates = Array.ConvertAll(single, s => s.Estimate);
            if (!double.IsFinite(estimates.Sum())) throw Unsound(statistic);
            if (single.Any(s => !(s.StandardError > 0))) return new SensitivityEstimate($"{statistic}", estimates.Average(), double.NaN, double.NaN);
            var pooled = RubinPooling.Pool(estimates, Array.ConvertAll(single, s => s.StandardError), Math.Max(1, tables.Source.Rows - 1), alpha);
            return double.IsFinite(pooled.Lower) && double.IsFinite(pooled.Upper)
                ? new SensitivityEstimate($"{statistic}", pooled.Estimate, pooled.Lower, pooled.Upper)
                : throw Unsound(statistic);
        }

        NumericalException Unsound(Statistic statistic) => new(
            $"{statistic} is not a finite number where the parameter is moved by {value}; leave that value out, or rescale the column and fit again.");

        var moved =
            from column in columns
            from term in new StatisticTerm[]
            {
                new(StatisticKind.Mean, column, 0, null, null), new(StatisticKind.Quantile, column, 0.05, null, null),
                new(StatisticKind.Median, column, 0, null, null), new(StatisticKind.Quantile, column, 0.95, null, null),
            }
            select Pooled(new Statistic(term, null));
        SensitivityEstimate? followed = options.Statistic is { } statistic ? Pooled(statistic) : null;
        return new SensitivityPoint(value, [.. moved], followed, options.Conclusion?.Holds(Judged(followed!.Value, options)));
    }

    // What the conclusion is judged by: the estimate, or that end of the interval which is nearest to the bound or past it.
    private static double Judged(SensitivityEstimate estimate, SensitivityOptions options)
    {
        if (!options.WholeInterval) return estimate.Estimate;
        if (double.IsNaN(estimate.Lower))
        {
            throw new UserInputException(
                $"{estimate.Quantity} has no interval, as its standard error is not known; leave the conclusion about the whole "
                + "interval out, or choose mean, sd or share.");
        }
        return options.Conclusion!.Above ? estimate.Lower : estimate.Upper;
    }

    private static IEnumerable<double> Tips(SensitivityPoint[] points, SensitivityOptions options)
    {
        if (options.Conclusion is not { } conclusion) yield break;
        for (var i = 1; i < points.Length; i++)
        {
            var (left, right) = (points[i - 1], points[i]);
            if (left.Holds == right.Holds) continue;
            var (before, after) = (conclusion.Margin(Judged(left.Statistic!.Value, options)), conclusion.Margin(Judged(right.Statistic!.Value, options)));
            yield return left.Value + (right.Value - left.Value) * (before / (before - after));
        }
    }

    private sealed class Share(IProgress<double>? progress, int done, int total) : IProgress<double>
    {
        public void Report(double value) => progress?.Report((done + value) / total);
    }
}
