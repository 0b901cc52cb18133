using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>
/// Nodes for a Gaussian fitted to the context: four rounds of expectation-maximisation with a ridge, linear solves by conjugate gradients. The numbers
/// are the trainer's, for the flow was trained on residuals from it.
/// </summary>
internal sealed class GaussianBaseline
{
    private readonly Tensor _unit;
    private readonly Tensor _covariance;

    /// <param name="features">A graph input of shape [C, F].</param>
    /// <param name="room">Features the network has room for.</param>
    /// <param name="shown">Standardised context values, 0 where missing, [C, F].</param>
    /// <param name="observed">[C, F].</param>
    public GaussianBaseline(Tensor features, int room, Tensor shown, Tensor observed)
    {
        var unit = new float[room * room];
        for (var i = 0; i < room; i++) unit[i * room + i] = 1;
        _unit = Prefix.Of(Prefix.Of(features.Graph.Constant(unit, [room, room]), 0, features, 1), 1, features, 1);
        var rows = features.Length(0);
        var ridged = _unit * (features.Length(1) / rows * PfnConstants.RidgeSlope + (1 + PfnConstants.Ridge));
        _covariance = Moments(shown);
        for (var round = 0; round < PfnConstants.Rounds; round++)
        {
            _covariance = Moments(shown + ConditionalMean(Solve(shown, observed), observed));
        }

        Tensor Moments(Tensor x) => x.Gemm(x, transposeA: true) / rows * (1 - _unit) + ridged;
    }

    /// <summary>S_oo^-1 x_o, 0 elsewhere, [N, F].</summary>
    /// <param name="shown">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="observed">[N, F].</param>
    public Tensor Solve(Tensor shown, Tensor observed)
    {
        var solution = shown * 0;
        var (residual, direction) = (shown, shown);
        var size = RowSum(shown.Square());
        for (var step = 0; step < PfnConstants.SolverSteps; step++)
        {
            var image = direction.MatMul(_covariance) * observed;
            var length = size / (RowSum(direction * image) + PfnConstants.Tiny);
            solution += direction * length;
            residual -= image * length;
            var left = RowSum(residual.Square());
            direction = residual + direction * (left / (size + PfnConstants.Tiny));
            size = left;
        }

        return solution;
    }

    /// <summary>S_mo S_oo^-1 x_o, [N, F]; 0 on observed cells.</summary>
    public Tensor ConditionalMean(Tensor solved, Tensor observed) =>
        (solved.MatMul(_covariance) * (1 - observed)).Max(-PfnConstants.GuessLimit).Min(PfnConstants.GuessLimit);

    /// <summary>How far each observed cell of the context lies from its conditional mean given the row's other observed cells, about, [C, F].</summary>
    public Tensor Residuals(Tensor shown, Tensor observed)
    {
        var precision = (Solve(_unit, _unit * 0 + 1) * _unit).Sum(0, keepAxis: true).Max(PfnConstants.SmallestPrecision);
        return (Solve(shown, observed) / precision).Max(-PfnConstants.GuessLimit).Min(PfnConstants.GuessLimit) * observed;
    }

    private static Tensor RowSum(Tensor x) => x.Sum(1, keepAxis: true);
}
