namespace MissBgm.Runtime.Bundles;

/// <summary>The graphs of a MissBGM bundle; N rows, p encoded columns, d latent dimensions.</summary>
public static class GraphFiles
{
    /// <summary>z[N,d] to mean[N,p], variance[N,p].</summary>
    public const string Generator = "generator.onnx";

    /// <summary>x[N,p] to logits[N,p] of being observed.</summary>
    public const string Mask = "mask.onnx";

    /// <summary>x[N,p] to z[N,d]: where the latent variables of new rows start.</summary>
    public const string Encoder = "encoder.onnx";

    /// <summary>z, x to log_density[N], gradient[N,d] with respect to z (MissBGM Eq. 6).</summary>
    public const string LatentGradient = "latent_gradient.onnx";

    /// <summary>
    /// x, mean, variance, observed, beta to log_density[N], gradient[N,p] with respect to x, zero on observed cells (MissBGM Eq. 8).
    /// </summary>
    public const string MissingGradient = "missing_gradient.onnx";

    /// <summary>
    /// z, noise, x, observed, beta to log_density[N], latent_gradient[N,d], noise_gradient[N,p], completed[N,p] (MissBGM Eq. 11,
    /// non-centred).
    /// </summary>
    public const string PosteriorGradient = "posterior_gradient.onnx";

    /// <summary>z to mean_jacobian[N,p,d], log_variance_jacobian[N,p,d].</summary>
    public const string GeneratorJacobian = "generator_jacobian.onnx";

    /// <summary>One Adam step on z, then on the missing values (MissBGM Algorithm 1, lines 7 and 8).</summary>
    public const string MapStep = "map_step.onnx";

    /// <summary>One sweep of HMC within Gibbs, from noise to new states (MissBGM Section 4.3).</summary>
    public const string GibbsSweep = "gibbs_sweep.onnx";

    /// <summary>One HMC update of z and the missing values together, from noise to new states (MissBGM Eq. 11).</summary>
    public const string JointSweep = "joint_sweep.onnx";

    /// <summary>
    /// Tables with discrete columns: x, log_probabilities, observed, beta and uniform numbers to next_x[N,p], accepted[N, discrete
    /// columns]. In such a bundle the generator has log_probabilities[N, sum of levels] besides, and x holds the levels' numbers from 0.
    /// </summary>
    public const string DiscreteUpdate = "discrete_update.onnx";

    /// <summary>z, x, observed to log_density[N], missing values integrated out.</summary>
    public const string CollapsedDensity = "collapsed_density.onnx";

    /// <summary>z, x, observed to log_density[N], gradient[N,d], precision[N,d,d].</summary>
    public const string CollapsedLatent = "collapsed_latent.onnx";

    /// <summary>z, uniform, noise to mean[N,p], standard_deviation[N,p], draw[N,p] of each cell given that it is missing.</summary>
    public const string MissingConditional = "missing_conditional.onnx";

    /// <summary>The same with each column's correlation between noise and selection moved: also correlation_change[1,p].</summary>
    public const string Sensitivity = "sensitivity.onnx";

    /// <summary>
    /// For hosts without this runtime: a table's own columns and uniform numbers to completed rows, means, standard deviations and
    /// quantiles, in the table's units.
    /// </summary>
    public const string Impute = "impute.onnx";

    /// <summary>The graphs that imputation cannot do without.</summary>
    public static IReadOnlyList<string> Required(Mechanism mechanism) => mechanism == Mechanism.Paper
        ? [Generator, Mask, Encoder, LatentGradient, MissingGradient]
        : [Generator, CollapsedDensity, CollapsedLatent, MissingConditional];
}
