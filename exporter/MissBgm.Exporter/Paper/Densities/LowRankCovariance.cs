using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>
/// The normal law whose covariance is a diagonal plus a low-rank part, D + F F' (MissBGM Eq. 2 before its simplification). Its density
/// takes the Cholesky factor of
/// M = I + F' D^-1 F, [r, r], alone: (D + F F')^-1 = D^-1 - D^-1 F M^-1 F' D^-1 (Woodbury), det(D + F F') = det D det M (matrix determinant lemma).
/// </summary>
public static class LowRankCovariance
{
    /// <summary>log N(residual; 0, D + F F') up to a constant.</summary>
    /// <param name="residual">x - mean, [N, p].</param>
    /// <param name="variance">Diagonal of D, [N, p].</param>
    /// <param name="factor">F, [N, p, r] with a static r.</param>
    /// <returns>[N].</returns>
    public static Tensor Log(Tensor residual, Tensor variance, Tensor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        var weighted = factor / variance.Unsqueeze(2);
        var products = factor.SwapLastAxes().MatMul(weighted);
        var projected = residual.Unsqueeze(1).MatMul(weighted).Squeeze(1);
        var (solved, logDiagonal) = SolveByCholesky(products, projected);
        return -0.5 * ((residual * (residual / variance) + variance.Log()).Sum(1) - solved.Square().Sum(1)) - logDiagonal;
    }

    // With M = products + I = L L': L^-1 u, [N, r], and the sum of log L_ii, [N]. ONNX has no Cholesky factor, and r is small: entry by entry.
    private static (Tensor Solved, Tensor LogDiagonal) SolveByCholesky(Tensor products, Tensor u)
    {
        var rank = (int)products.Shape[1].Size!.Value;
        var l = new Tensor[rank, rank];
        var solved = new Tensor[rank];
        Tensor? logDiagonal = null;
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var entry = products.Slice(1, i, i + 1).Squeeze(1).Slice(1, j, j + 1);
                if (i == j) entry += 1;
                for (var k = 0; k < j; k++) entry -= l[i, k] * l[j, k];
                l[i, j] = i == j ? entry.Sqrt() : entry / l[j, j];
            }

            solved[i] = u.Slice(1, i, i + 1);
            for (var k = 0; k < i; k++) solved[i] -= l[i, k] * solved[k];
            solved[i] /= l[i, i];
            logDiagonal = logDiagonal is null ? l[i, i].Log() : logDiagonal + l[i, i].Log();
        }

        return (solved.Concat(1), logDiagonal!.Squeeze(1));
    }
}
