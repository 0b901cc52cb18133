using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>
/// Muon (Jordan et al., 2024): a matrix moves along its momentum with all singular values near 1, so that rare directions are learned as fast as
/// frequent ones.
/// </summary>
internal static class Muon
{
    private const int Iterations = 5;

    // Coefficients of the quintic whose iterates bring singular values from some 0.001 to 1 into 0.7 to 1.2.
    private const double A = 3.4445;
    private const double B = -4.7750;
    private const double C = 2.0315;

    // An orthogonal matrix times this and the root of its longer side has the root mean square that Adam's steps have
    // (Liu et al., 2025, Section 2.2), so one learning rate serves both.
    private const double AdamScale = 0.2;

    /// <summary>The step of a matrix at learning rate 1.</summary>
    /// <param name="momentum">[r, c].</param>
    public static Tensor Direction(Tensor momentum) => Orthogonalise(momentum) * (AdamScale * Math.Sqrt(Math.Max(momentum.shape[0], momentum.shape[1])));

    /// <summary>About U V' of the singular value decomposition U S V', by Newton-Schulz iterations.</summary>
    public static Tensor Orthogonalise(Tensor matrix)
    {
        var tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.transpose(0, 1) : matrix;
        x = x / (x.norm() + 1e-7);
        for (var i = 0; i < Iterations; i++)
        {
            var gram = x.matmul(x.transpose(0, 1));
            x = x * A + (gram * B + gram.matmul(gram) * C).matmul(x);
        }

        return tall ? x.transpose(0, 1) : x;
    }
}
