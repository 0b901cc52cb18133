using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// Where the flow's residuals are measured from: the conditional mean of missing cells under a Gaussian fitted to the context, by four rounds of
/// expectation-maximisation with a ridge. The flow then has to learn only what a Gaussian does not know. (A departure from the paper, whose flow
/// starts from the columns' means; without it a small network needs most of its capacity to relearn linear regression.)
/// </summary>
internal static class GaussianBaseline
{
    /// <summary>Rounds of expectation-maximisation after the zero-filled start.</summary>
    public const int Rounds = 4;

    /// <summary>Conjugate-gradient steps of a conditional mean.</summary>
    public const int Steps = 8;

    /// <summary>The ridge of a long context.</summary>
    public const double Ridge = 0.01;

    /// <summary>The ridge grows by this times features / context rows.</summary>
    public const double RidgeSlope = 0.3;

    /// <summary>Conditional means beyond this are cut off.</summary>
    public const double Limit = 3;

    /// <summary>Keeps the quotients of a solved row finite.</summary>
    public const double Tiny = 1e-10;

    /// <summary>Conditional means, [B, n, F]; 0 on observed cells.</summary>
    /// <param name="values">Standardised values, [B, n, F]; not read where missing.</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    public static Tensor Of(Tensor values, Tensor observed, long context)
    {
        using var off = no_grad();
        var shown = values * observed;
        var (x, o) = (shown.narrow(1, 0, context), observed.narrow(1, 0, context));
        var covariance = Covariance(x);
        for (var round = 0; round < Rounds; round++)
        {
            covariance = Covariance(x + ConditionalMean(covariance, x, o));
        }

        return ConditionalMean(covariance, shown, observed);
    }

    // Second moments with a ridged unit diagonal: the columns are standardised.
    private static Tensor Covariance(Tensor x)
    {
        var (rows, features) = (x.shape[1], x.shape[2]);
        var diagonal = eye(features, dtype: x.dtype, device: x.device).unsqueeze(0);
        return x.transpose(1, 2).matmul(x) / (double)rows * (1 - diagonal) + diagonal * (1 + Ridge + RidgeSlope * features / rows);
    }

    // S_mo S_oo^-1 x_o for every row at once, by conjugate gradients on the observed part.
    private static Tensor ConditionalMean(Tensor covariance, Tensor x, Tensor observed)
    {
        var solution = zeros_like(x);
        var (residual, direction) = (x, x);
        var size = x.square().sum(2, true);
        for (var step = 0; step < Steps; step++)
        {
            var image = direction.matmul(covariance) * observed;
            var length = size / ((direction * image).sum(2, true) + Tiny);
            solution = solution + direction * length;
            residual = residual - image * length;
            var left = residual.square().sum(2, true);
            direction = residual + direction * (left / (size + Tiny));
            size = left;
        }

        return (solution.matmul(covariance) * (1 - observed)).clamp(-Limit, Limit);
    }
}
