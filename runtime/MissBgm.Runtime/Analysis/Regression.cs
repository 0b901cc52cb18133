namespace MissBgm.Runtime.Analysis;

/// <summary>A regression on one completed table.</summary>
/// <param name="Coefficients">[terms]; NaN where a term is a combination of others.</param>
/// <param name="StandardErrors">[terms]; NaN likewise.</param>
/// <param name="DegreesOfFreedom">Rows of positive weight less determined coefficients.</param>
/// <param name="Dispersion">Residual variance of the Gaussian family; 1 of others.</param>
/// <param name="Deviance">Residual sum of squares of the Gaussian family.</param>
internal sealed record Regression(double[] Coefficients, double[] StandardErrors, int DegreesOfFreedom, double Dispersion, double Deviance)
{
    private const double LinearTolerance = 1e-7;
    private const double Tolerance = 1e-11;
    private const double Precision = 1e-8;
    private const int MostIterations = 25;

    // The last step of iterations that have converged is far smaller: they converge quadratically.
    private const double Runaway = 0.1;

    /// <summary>Fits by least squares, or by iteratively reweighted least squares with R's starting values and stopping rule.</summary>
    /// <param name="matrix">The columns.</param>
    /// <param name="response">[rows]; a share for the binomial family.</param>
    /// <param name="weights">[rows]; trials for the binomial family.</param>
    /// <param name="family">The response's law.</param>
    /// <param name="source">What messages call the table.</param>
    /// <exception cref="UserInputException">Too few rows, or terms that separate the responses.</exception>
    /// <exception cref="NumericalException">The iterations do not converge.</exception>
    internal static Regression Fit(ModelMatrix matrix, double[] response, double[] weights, RegressionFamily family, string source)
    {
        int[] rows = [.. Enumerable.Range(0, response.Length).Where(i => weights[i] > 0)];
        var columns = matrix.Columns.Select(column => Array.ConvertAll(rows, i => column[i])).ToArray();
        var (y, w) = (Array.ConvertAll(rows, i => response[i]), Array.ConvertAll(rows, i => weights[i]));
        return family == RegressionFamily.Gaussian ? Linear(columns, y, w, source) : Iterated(matrix.Names, columns, y, w, family, source);
    }

    private static Regression Linear(double[][] columns, double[] response, double[] weights, string source)
    {
        var fit = LeastSquares.Fit(columns, response, Array.ConvertAll(weights, Math.Sqrt), LinearTolerance);
        var fitted = fit.Fitted(columns);
        var squares = response.Select((y, i) => weights[i] * (y - fitted[i]) * (y - fitted[i])).Sum();
        var size = fitted.Select((f, i) => weights[i] * f * f).Sum();
        var df = Degrees(response.Length, fit.Rank, source);
        if (squares <= 1e-24 * size || squares == 0)
        {
            throw new UserInputException(
                $"{source}: the terms fit the response exactly, so that nothing can be said of its noise; leave out what "
                + "determines it, or a response of one value.");
        }
        return Of(fit, df, squares / df, squares);
    }

    private static Regression Iterated(
        IReadOnlyList<string> names, double[][] columns, double[] response, double[] weights, RegressionFamily family, string source)
    {
        var mean = response.Select((y, i) => family.Start(y, weights[i])).ToArray();
        var predictor = Array.ConvertAll(mean, value => family.Link(value));
        var deviance = Deviance(mean);
        for (var iteration = 1; ; iteration++)
        {
            var slope = Array.ConvertAll(predictor, eta => family.Slope(eta));
            var working = predictor.Select((eta, i) => eta + (response[i] - mean[i]) / slope[i]).ToArray();
            var fit = LeastSquares.Fit(columns, working, [.. slope.Select((s, i) => Math.Sqrt(weights[i] * s * s / family.Variance(mean[i])))], Tolerance);
            var (before, last) = (predictor, deviance);
            predictor = fit.Fitted(columns);
            mean = Array.ConvertAll(predictor, eta => family.Mean(eta));
            deviance = Deviance(mean);
            if (!double.IsFinite(deviance))
            {
                throw new NumericalException(
                    $"{source}: the fit leaves the finite numbers after {iteration} iterations; rescale the terms.");
            }
            var converged = Math.Abs(deviance - last) / (Math.Abs(deviance) + 0.1) < Precision;
            if (!converged && iteration < MostIterations) continue;
            var step = predictor.Zip(before, (now, then) => Math.Abs(now - then)).Max();
            if (step > Runaway) throw Separated(names, columns, fit, predictor, family, source);
            if (!converged) throw new NumericalException($"{source}: the fit has not converged after {iteration} iterations; rescale or leave out terms.");
            return Of(fit, Degrees(response.Length, fit.Rank, source), 1, deviance);
        }

        double Deviance(double[] means) => response.Select((y, i) => family.Deviance(y, means[i], weights[i])).Sum();
    }

    private static Regression Of(LeastSquares fit, int df, double dispersion, double deviance) =>
        new(fit.Coefficients, Array.ConvertAll(fit.UnscaledVariances, variance => Math.Sqrt(dispersion * variance)), df, dispersion, deviance);

    private static int Degrees(int rows, int rank, string source) => rows > rank
        ? rows - rank
        : throw new UserInputException(
            $"{source}: {rows} {(rows == 1 ? "row" : "rows")} for {rank} coefficients leave nothing to tell their errors by; leave "
            + "out terms.");

    // Where a combination of terms tells responses apart without error, the likelihood grows without bound along it (Albert and Anderson
    // 1984), and each iteration goes on by about 1: what has gone far is that combination.
    private static UserInputException Separated(
        IReadOnlyList<string> names, double[][] columns, LeastSquares fit, double[] predictor, RegressionFamily family, string source)
    {
        double Reach(int j) => double.IsNaN(fit.Coefficients[j]) ? 0 : Math.Abs(fit.Coefficients[j]) * (columns[j].Max() - columns[j].Min());
        var terms = Enumerable.Range(0, names.Count).OrderByDescending(Reach).Where(j => Reach(j) > 0).Take(2).Select(j => $"'{names[j]}'").ToArray();
        var what = family == RegressionFamily.Poisson
            ? "only zeros where it has one of its values"
            : "one outcome from the other without error, in all rows or in some";
        return new UserInputException(
            $"{source}: the response is separated: a combination of terms, foremost "
            + $"{(terms.Length == 0 ? "the intercept" : string.Join(" and ", terms))}, tells {what} (fitted values go to "
            + $"{predictor.Max(Math.Abs):0} and on), so that no finite estimate exists. Leave the term out, or merge levels.");
    }
}
