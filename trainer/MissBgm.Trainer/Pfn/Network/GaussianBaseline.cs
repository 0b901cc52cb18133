using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>A Gaussian fitted to the context by four rounds of expectation-maximisation with a ridge, and what it says of rows.</summary>
/// <param name="Covariance">Of the standardised columns, [B, F, F].</param>
internal sealed record GaussianBaseline(Tensor Covariance)
{
    /// <summary>Fits the Gaussian.</summary>
    /// <param name="shown">Standardised context values, 0 where missing, [B, c, F].</param>
    /// <param name="observed">[B, c, F].</param>
    public static GaussianBaseline Fit(Tensor shown, Tensor observed)
    {
        var fitted = Moments(shown);
        for (var round = 0; round < PfnConstants.Rounds; round++)
        {
            fitted = Moments(shown + fitted.ConditionalMean(fitted.Solve(shown, observed), observed));
        }

        return fitted;
    }

    /// <summary>S_oo^-1 x_o for every row at once, 0 elsewhere, by conjugate gradients on the observed part, [B, n, F].</summary>
    /// <param name="shown">Standardised values, 0 where missing, [B, n, F].</param>
    /// <param name="observed">[B, n, F].</param>
    public Tensor Solve(Tensor shown, Tensor observed)
    {
        var solution = zeros_like(shown);
        var (residual, direction) = (shown, shown);
        var size = shown.square().sum(2, true);
        for (var step = 0; step < PfnConstants.SolverSteps; step++)
        {
            var image = direction.matmul(Covariance) * observed;
            var length = size / ((direction * image).sum(2, true) + PfnConstants.Tiny);
            solution = solution + direction * length;
            residual = residual - image * length;
            var left = residual.square().sum(2, true);
            direction = residual + direction * (left / (size + PfnConstants.Tiny));
            size = left;
        }

        return solution;
    }

    /// <summary>S_mo S_oo^-1 x_o, [B, n, F]; 0 on observed cells.</summary>
    /// <param name="solved">What <see cref="Solve"/> gave.</param>
    /// <param name="observed">[B, n, F].</param>
    public Tensor ConditionalMean(Tensor solved, Tensor observed) =>
        (solved.matmul(Covariance) * (1 - observed)).clamp(-PfnConstants.GuessLimit, PfnConstants.GuessLimit);

    /// <summary>How far each observed cell lies from its conditional mean given the row's other observed cells, about, [B, c, F]; 0 where missing.</summary>
    /// <param name="shown">Standardised values, 0 where missing, [B, c, F].</param>
    /// <param name="observed">[B, c, F].</param>
    public Tensor Residuals(Tensor shown, Tensor observed)
    {
        var unit = eye(shown.shape[2], dtype: shown.dtype, device: shown.device).unsqueeze(0).expand(shown.shape[0], -1, -1);
        // The precision of a cell given all others; given fewer it is smaller.
        var precision = (Solve(unit, ones_like(unit)) * unit).sum(1, true).clamp_min(PfnConstants.SmallestPrecision);
        return (Solve(shown, observed) / precision).clamp(-PfnConstants.GuessLimit, PfnConstants.GuessLimit) * observed;
    }

    // Second moments with a ridged unit diagonal: the columns are standardised.
    private static GaussianBaseline Moments(Tensor x)
    {
        var (rows, features) = (x.shape[1], x.shape[2]);
        var diagonal = eye(features, dtype: x.dtype, device: x.device).unsqueeze(0);
        return new(
            x.transpose(1, 2).matmul(x) / (double)rows * (1 - diagonal)
                + diagonal * (1 + PfnConstants.Ridge + PfnConstants.RidgeSlope * features / rows));
    }
}
