using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>Negative log-densities of the model up to constants, summed over the rows and columns of a batch.</summary>
internal static class Energies
{
    private static readonly Scalar Half = 0.5;
    private static readonly Scalar One = 1.0;
    private static readonly Scalar Two = 2.0;

    /// <summary>-log p(x | z): sum of (x - mu)^2 / (2 sigma^2) + log(sigma^2) / 2 (the sum in Eq. 6), less the log-probabilities of the levels.</summary>
    /// <param name="x">Encoded rows, [N, c + L].</param>
    /// <param name="output">The distribution of x given z.</param>
    public static Tensor Data(Tensor x, GeneratorOutput output)
    {
        if (output.LogProbabilities is not { } levels) return Gaussian(x, output);
        var (continuous, discrete) = (output.Mean.shape[1], levels.shape[1]);
        return Gaussian(x.narrow(1, 0, continuous), output).sub(x.narrow(1, continuous, discrete).mul(levels).sum());
    }

    private static Tensor Gaussian(Tensor x, GeneratorOutput output)
        => output.Factor is { } factor
            ? LowRankData(x.sub(output.Mean), output.Variance, factor)
            : x.sub(output.Mean).square().div(output.Variance).add(output.Variance.log()).sum().mul(Half);

    // With D + F F' for the covariance and M = I + F' D^-1 F = L L': Woodbury's identity and the matrix determinant lemma.
    private static Tensor LowRankData(Tensor residual, Tensor variance, Tensor factor)
    {
        var weighted = factor.div(variance.unsqueeze(2));
        var cholesky = linalg.cholesky(factor.mT.matmul(weighted).add(eye(factor.shape[2], dtype: factor.dtype, device: factor.device)));
        var solved = linalg.solve_triangular(cholesky, weighted.mT.matmul(residual.unsqueeze(2)), upper: false);
        return residual.square().div(variance).add(variance.log()).sum().sub(solved.square().sum()).mul(Half).add(cholesky.diagonal(0, 1, 2).log().sum());
    }

    /// <summary>-log p(z): sum of z^2 / 2.</summary>
    /// <param name="z">[N, d].</param>
    public static Tensor Prior(Tensor z) => z.square().sum().mul(Half);

    /// <summary>log p(r | x) of each row, [N].</summary>
    /// <param name="logits">[N, p].</param>
    /// <param name="observed">r, [N, p].</param>
    public static Tensor MaskLogLikelihood(Tensor logits, Tensor observed)
        => logits.mul(observed.mul(Two).sub(One)).log_sigmoid().sum(1);

    /// <summary>-log p(r | x): binary cross-entropy of the mask given the mask network's logits (Eq. 3).</summary>
    /// <param name="logits">[N, p].</param>
    /// <param name="observed">r, [N, p].</param>
    public static Tensor Mask(Tensor logits, Tensor observed)
        => nn.functional.binary_cross_entropy_with_logits(logits, observed, reduction: nn.Reduction.Sum);
}
