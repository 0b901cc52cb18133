using MathNet.Numerics.LinearAlgebra;
using MissBgm.Exporter.Collapsed;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>Fits as the linear factor models that are exported and sampled; a Gaussian component is written as one.</summary>
internal static class FactorForm
{
    /// <summary>A linear factor model whose mask is ignorable.</summary>
    /// <param name="model">The model.</param>
    /// <param name="columns">p.</param>
    public static CollapsedWeights Of(FactorModel model, int columns)
    {
        var (d, p) = (model.Dimension, columns);
        var loadings = Enumerable.Range(0, d * p).Select(i => model.Loadings[i / p * model.Stride + i % p]).ToArray();
        var scale = Array.ConvertAll(model.Variance[..p], Math.Sqrt);
        return new CollapsedWeights(d, p, loadings, model.Intercept[..p], scale, new double[p], new double[d * p], new double[p]);
    }

    /// <summary>
    /// With s the columns' deviations and lambda the smallest eigenvalue of their correlations C, covariance = diag(s) (C - lambda I)
    /// diag(s) + lambda diag(s)^2: the first part has rank p - 1 and gives that many loadings, the second is independent noise. Exact.
    /// </summary>
    /// <param name="component">The component.</param>
    /// <param name="mask">The mechanism.</param>
    /// <param name="masked">Which columns have a mask that may depend on their values, [p].</param>
    public static CollapsedWeights Of(GaussianComponent component, SelfMask mask, bool[] masked)
    {
        var p = component.Mean.Length;
        var s = new double[p];
        for (var j = 0; j < p; j++) s[j] = Math.Sqrt(component.Covariance[j * p + j]);
        var correlation = Matrix<double>.Build.Dense(p, p, (i, j) => component.Covariance[i * p + j] / (s[i] * s[j]));
        var spectrum = correlation.Evd(Symmetricity.Symmetric);
        var noise = spectrum.EigenValues.Min(value => value.Real);

        var d = Math.Max(1, p - 1);
        var (loadings, thresholdLoadings) = (new double[d * p], new double[d * p]);
        var (scale, rho, threshold) = (new double[p], new double[p], new double[p]);
        for (var j = 0; j < p; j++)
        {
            scale[j] = s[j] * Math.Sqrt(noise);
            // Self: Phi(alpha x + a) has threshold (alpha mu(z) + a) / root and correlation alpha sigma / root, root^2 = 1 + (alpha sigma)^2.
            var slope = masked[j] && !mask.IsIgnorable ? mask.Slope[j] : 0.0;
            var root = Math.Sqrt(1.0 + slope * slope * scale[j] * scale[j]);
            rho[j] = slope * scale[j] / root;
            threshold[j] = slope == 0.0 ? 0.0 : (slope * component.Mean[j] + mask.Intercept[j]) / root;
            for (var k = 0; k < d && p > 1; k++)
            {
                // Eigenvalues ascend: the first is the noise.
                var loading = s[j] * Math.Sqrt(Math.Max(0.0, spectrum.EigenValues[k + 1].Real - noise)) * spectrum.EigenVectors[j, k + 1];
                loadings[k * p + j] = loading;
                thresholdLoadings[k * p + j] = slope / root * loading;
            }
        }

        return new CollapsedWeights(d, p, loadings, component.Mean, scale, rho, thresholdLoadings, threshold);
    }
}
