using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Analysis;

/// <summary>A coefficient over all completed tables.</summary>
/// <param name="Term">Its name, as R's <c>model.matrix</c> gives it.</param>
/// <param name="Pooled">What Rubin's rules make of it; null where it is not determined in some table.</param>
/// <param name="Aliased">Tables in which it is a combination of other terms.</param>
public sealed record PooledTerm(string Term, RubinPooling? Pooled, int Aliased);

/// <summary>A regression on multiply imputed tables, pooled by Rubin's rules (Rubin 1987) with Barnard and Rubin's degrees of freedom (1999).</summary>
public sealed record PooledRegression
{
    /// <summary>The formula.</summary>
    public required string Formula { get; init; }

    /// <summary>The response's law.</summary>
    public required RegressionFamily Family { get; init; }

    /// <summary>Completed tables, m.</summary>
    public required int Imputations { get; init; }

    /// <summary>Rows of each that were used.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that were left out, because a cell of the formula's columns is still missing there.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Residual degrees of freedom had nothing been missing.</summary>
    public required int CompleteDegreesOfFreedom { get; init; }

    /// <summary>Which outcome of a binomial response is modelled; null elsewhere.</summary>
    public string? Outcome { get; init; }

    /// <summary>Mean over the tables of the residual variance; 1 but for the Gaussian family.</summary>
    public required double Dispersion { get; init; }

    /// <summary>The coefficients, in the order of R's <c>model.matrix</c>.</summary>
    public required IReadOnlyList<PooledTerm> Terms { get; init; }

    /// <summary>Fits a regression on each table and pools the coefficients.</summary>
    /// <param name="tables">At least two completed tables of the same rows and columns.</param>
    /// <param name="formula">The formula.</param>
    /// <param name="family">The response's law.</param>
    /// <param name="weights">The column of weights (of trials for a binomial response); null for none.</param>
    /// <param name="alpha">Intervals cover 1 - alpha.</param>
    /// <exception cref="UserInputException">Too few tables or rows, tables that differ in shape, a response not of the family, or terms
    /// that separate it.</exception>
    /// <exception cref="NumericalException">A fit does not converge.</exception>
    public static PooledRegression Fit(
        IReadOnlyList<Table> tables, string formula, RegressionFamily family = RegressionFamily.Gaussian, string? weights = null,
        double alpha = 0.05)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Count < 2)
        {
            throw new UserInputException(
                $"{tables.Count} completed {(tables.Count == 1 ? "table" : "tables")} cannot be pooled; give at least two, and 20 "
                + "or more are better.");
        }
        var parsed = Analysis.Formula.Parse(formula, tables[0].Header);
        if (parsed.Terms.Count == 0) throw new UserInputException($"The formula '{formula}' has no term at all; give one, or leave the intercept in.");
        var frame = new ModelFrame(parsed, tables, weights);
        var response = new ResponseReader(frame, parsed, family);
        var matrices = tables.Select(table => ModelMatrix.Of(frame, parsed, table)).ToArray();
        var fits = tables.Select((table, i) => Regression.Fit(matrices[i], response.Read(table), frame.Weights(table), family, table.Source)).ToArray();
        var df = fits.Min(fit => fit.DegreesOfFreedom);
        return new PooledRegression
        {
            Formula = parsed.Text,
            Family = family,
            Imputations = tables.Count,
            Rows = frame.Rows.Length,
            LeftOut = frame.LeftOut,
            CompleteDegreesOfFreedom = df,
            Outcome = response.Outcome,
            Dispersion = fits.Average(fit => fit.Dispersion),
            Terms =
            [
                .. matrices[0].Names.Select((name, j) =>
                    Pool(name, [.. fits.Select(fit => fit.Coefficients[j])], [.. fits.Select(fit => fit.StandardErrors[j])], df, alpha)),
            ],
        };
    }

    /// <summary>
    /// Writes a line for each term: term,estimate,std_error,statistic,df,p_value,lower,upper,fraction_missing; empty where a term is not
    /// determined.
    /// </summary>
    public void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("term,estimate,std_error,statistic,df,p_value,lower,upper,fraction_missing");
        foreach (var (term, pooled, _) in Terms)
        {
            double[] numbers = pooled is null
                ? []
                :
                [
                    pooled.Estimate, pooled.StandardError, pooled.Estimate / pooled.StandardError, pooled.DegreesOfFreedom, pooled.PValue,
                    pooled.Lower, pooled.Upper, pooled.FractionMissing,
                ];
            writer.WriteLine(
                string.Join(
                    ',',
                    [
                        TableFormat.Default.Quote(term),
                        .. pooled is null ? Enumerable.Repeat("", 8) : numbers.Select(number => number.ToString("R")),
                    ]));
        }
    }

    private static PooledTerm Pool(string name, double[] estimates, double[] errors, int df, double alpha) =>
        estimates.Count(double.IsNaN) is > 0 and var aliased
        ? new PooledTerm(name, null, aliased)
        : new PooledTerm(name, RubinPooling.Pool(estimates, errors, df, alpha), 0);
}
