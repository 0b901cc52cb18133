using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>
/// Draws from the posterior of a Gaussian mixture's parameters, by data augmentation (Schafer, "Analysis of incomplete multivariate data",
/// 1997, section 5.4) from where the fit ended: each row's component and missing cells given the parameters, then these given the completed
/// rows. Priors are those of <see cref="MixtureFit"/>, made proper: covariances are inverse Wishart about a common matrix, which is drawn
/// too, under the prior |Psi|^-1; each of several components' means borrows a row from the table's. One component alone has a flat mean and
/// the prior |Sigma|^-1, under which the regression of a column on the others has the posterior of its reference prior: n rows less the
/// number of coefficients are the degrees of freedom of its residual variance (Jeffreys' |Sigma|^-(p+1)/2 would leave out the slopes, and
/// intervals of small tables would be too narrow). Under a self mask the missing cells' law is its Laplace approximation, as in the fit.
/// </summary>
internal static class MixturePosterior
{
    /// <summary>Draws.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="fitted">Where the fit ended.</param>
    /// <param name="centre">The mean that the components' means borrow a row from, [p].</param>
    /// <param name="mask">The mechanism.</param>
    /// <param name="settings">Of the fit.</param>
    /// <param name="sweeps">How many sweeps the chain makes.</param>
    /// <param name="random">Random numbers.</param>
    public static GaussianComponent[] Draw(
        MaskedMatrix data, GaussianComponent[] fitted, double[] centre, SelfMask mask, MixtureSettings settings, int sweeps,
        RandomStream random)
    {
        var (p, components) = (data.Columns, fitted);
        var degrees = settings.Shrinkage * p + p + 1;
        var borrowed = components.Length > 1 ? 1.0 : 0.0;
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            var statistics = Complete(data, components, mask, random);
            var common = Common(components, p, degrees, random);
            var shares = Array.ConvertAll(statistics, s => random.ChiSquared(2.0 * (s.Count + 1.0)));
            var total = shares.Sum();
            components =
            [
                .. statistics.Select((s, k) =>
                    Draw(s, components[k].Mean, (centre, borrowed), common, degrees, shares[k] / total, settings.VarianceFloor, random)),
            ];
        }

        return components;
    }

    // Rows complete, each in one component: sums of deviations from the component's present mean.
    private static (double Count, double[] Sum, double[] Squares)[] Complete(
        MaskedMatrix data, GaussianComponent[] components, SelfMask mask, RandomStream random)
    {
        var p = data.Columns;
        var row = new RowMixture(data, components, new PatternConditionals(components, data.Patterns));
        var statistics = Array.ConvertAll(components, _ => (Count: 0.0, Sum: new double[p], Squares: new double[p * p]));
        var noise = new double[p];
        for (var i = 0; i < data.Rows; i++)
        {
            row.Condition(i, mask);
            var (k, uniform) = (0, random.Uniform());
            while (k < components.Length - 1 && (uniform -= row.Responsibilities[k]) > 0.0) k++;
            var conditional = row.Conditionals[k];
            for (var a = 0; a < conditional.MissingColumns.Length; a++) noise[a] = random.Normal();
            conditional.Draw(noise);
            statistics[k].Count++;
            for (var j = 0; j < p; j++)
            {
                statistics[k].Sum[j] += conditional.Deviation[j];
                for (var l = 0; l <= j; l++) statistics[k].Squares[j * p + l] += conditional.Deviation[j] * conditional.Deviation[l];
            }
        }

        return statistics;
    }

    // Psi given the covariances: Wishart of K nu + p - 1 degrees of freedom and scale (sum of their inverses)^-1.
    private static double[] Common(GaussianComponent[] components, int p, double degrees, RandomStream random)
    {
        var (precision, scale) = (new double[p * p], new double[p * p]);
        foreach (var component in components)
        {
            for (var i = 0; i < p * p; i++) precision[i] += component.Precision[i / p * component.Stride + i % p];
        }

        Cholesky.Factor(precision, p);
        Cholesky.Invert(precision, p, scale);
        Cholesky.Factor(scale, p);
        return random.Wishart(scale, p, components.Length * degrees + p - 1);
    }

    private static GaussianComponent Draw(
        (double Count, double[] Sum, double[] Squares) rows, double[] from, (double[] Mean, double Rows) centre, double[] common, double degrees,
        double share, double floor, RandomStream random)
    {
        var (p, count) = (from.Length, rows.Count + centre.Rows);
        var (scatter, mean, noise, away) = (new double[p * p], new double[p], new double[p], new double[p]);
        // About the mean with the borrowed row at the centre, where there is one, among the rows.
        for (var i = 0; i < p; i++)
        {
            away[i] = centre.Mean[i] - from[i];
            mean[i] = (rows.Sum[i] + centre.Rows * away[i]) / count;
        }

        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var borrowed = centre.Rows * away[i] * away[j];
                scatter[i * p + j] = scatter[j * p + i] = common[i * p + j] + rows.Squares[i * p + j] + borrowed - count * mean[i] * mean[j];
            }
        }

        Cholesky.Factor(scatter, p);
        // A flat mean costs a degree of freedom, a mean that borrows a row costs it and brings one.
        var covariance = random.InverseWishart(scatter, p, degrees + count - 1.0);
        for (var i = 0; i < p; i++) covariance[i * p + i] += floor;
        var root = (double[])covariance.Clone();
        Cholesky.Factor(root, p);
        for (var i = 0; i < p; i++) noise[i] = random.Normal() / Math.Sqrt(count);
        for (var i = 0; i < p; i++)
        {
            mean[i] += from[i];
            for (var j = 0; j <= i; j++) mean[i] += root[i * p + j] * noise[j];
        }

        return new GaussianComponent(share, mean, covariance);
    }
}
