namespace MissBgm.Exporter.Paper.Networks;

/// <summary>A dense layer, y = x W + b.</summary>
/// <param name="Inputs">Width of x.</param>
/// <param name="Outputs">Width of y.</param>
/// <param name="Kernel">W, row-major [Inputs, Outputs].</param>
/// <param name="Bias">b, [Outputs].</param>
public sealed record DenseWeights(int Inputs, int Outputs, float[] Kernel, float[] Bias);

/// <summary>Batch normalisation in inference form, y = (x - Mean) / sqrt(Variance + Epsilon) * Scale + Offset.</summary>
/// <param name="Scale">Learned scale (gamma), [Width].</param>
/// <param name="Offset">Learned offset (beta), [Width].</param>
/// <param name="Mean">Moving mean, [Width].</param>
/// <param name="Variance">Moving variance, [Width].</param>
/// <param name="Epsilon">Variance guard.</param>
public sealed record BatchNormWeights(float[] Scale, float[] Offset, float[] Mean, float[] Variance, double Epsilon);

/// <summary>The data-generating network g_theta: z to the mean and the variance of x (MissBGM Eq. 2, Appendix E.1).</summary>
/// <param name="InputNorm">Normalisation of z before the first layer; null for none.</param>
/// <param name="Hidden">Hidden layers, each followed by LeakyReLU.</param>
/// <param name="Mean">Mean head of the continuous columns.</param>
/// <param name="Variance">Variance head, before softplus.</param>
/// <param name="VarianceFloor">Added to softplus.</param>
/// <param name="LeakySlope">LeakyReLU's slope below zero.</param>
public sealed record GeneratorWeights(
    BatchNormWeights? InputNorm,
    IReadOnlyList<DenseWeights> Hidden,
    DenseWeights Mean,
    DenseWeights Variance,
    double VarianceFloor,
    double LeakySlope)
{
    /// <summary>
    /// Head of the covariance's low-rank factor F, [p, r] row-major: x then has covariance diag(variance) + F F' given z (MissBGM Eq. 2).
    /// Null for a diagonal covariance.
    /// </summary>
    public DenseWeights? Factor { get; init; }

    /// <summary>
    /// Head of the discrete columns, which stand after the continuous ones in a row; null for a table without. The other networks see these
    /// columns one-hot.
    /// </summary>
    public DiscreteHeadWeights? Discrete { get; init; }

    /// <summary>r; 0 for a diagonal covariance.</summary>
    public int CovarianceRank => Factor is null ? 0 : Factor.Outputs / Mean.Outputs;
}

/// <summary>A multilayer perceptron with LeakyReLU after each hidden layer: the mask network f_phi (x to logits of r) and the encoder (x to z).</summary>
/// <param name="Hidden">Hidden layers, each followed by LeakyReLU.</param>
/// <param name="Output">Output layer.</param>
/// <param name="LeakySlope">LeakyReLU's slope below zero.</param>
public sealed record PerceptronWeights(IReadOnlyList<DenseWeights> Hidden, DenseWeights Output, double LeakySlope);

/// <summary>All networks of a fitted MissBGM model.</summary>
/// <param name="Generator">g_theta.</param>
/// <param name="Mask">f_phi.</param>
/// <param name="Encoder">The warm start's encoder: starting points for rows the fit has not seen.</param>
public sealed record MissBgmWeights(GeneratorWeights Generator, PerceptronWeights Mask, PerceptronWeights Encoder);
