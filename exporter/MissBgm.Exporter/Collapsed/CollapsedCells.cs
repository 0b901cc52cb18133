using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>The model placed in a graph: constants, and what every cell's density needs at a given z.</summary>
internal sealed class CollapsedCells
{
    private readonly Graph _graph;
    private readonly CollapsedWeights _weights;

    public CollapsedCells(Graph graph, CollapsedWeights weights)
    {
        (_graph, _weights) = (graph, weights);
        Loadings = Matrix(weights.Loadings, "loadings");
        ThresholdLoadings = Matrix(weights.ThresholdLoadings, "threshold_loadings");
        Scale = Row(weights.Scale, "scale");
        InverseScale = Row(Array.ConvertAll(weights.Scale, scale => 1 / scale), "inverse_scale");
        Correlation = Row(weights.Correlation, "correlation");
        W = Row(Array.ConvertAll(weights.Correlation, Complement), "independent_share");
        InverseW = Row(Array.ConvertAll(weights.Correlation, rho => 1 / Complement(rho)), "inverse_independent_share");
        Slope = Row(Array.ConvertAll(weights.Correlation, rho => rho / Complement(rho)), "correlation_slope");
    }

    /// <summary>Mean's loadings, [d, p].</summary>
    public Tensor Loadings { get; }

    /// <summary>Threshold's loadings, [d, p].</summary>
    public Tensor ThresholdLoadings { get; }

    /// <summary>sigma, [1, p].</summary>
    public Tensor Scale { get; }

    /// <summary>1 / sigma, [1, p].</summary>
    public Tensor InverseScale { get; }

    /// <summary>rho, [1, p].</summary>
    public Tensor Correlation { get; }

    /// <summary>w = sqrt(1 - rho^2), [1, p].</summary>
    public Tensor W { get; }

    /// <summary>1 / w, [1, p].</summary>
    public Tensor InverseW { get; }

    /// <summary>rho / w, [1, p].</summary>
    public Tensor Slope { get; }

    /// <summary>mu(z), [N, p].</summary>
    public Tensor Mean(Tensor z) => z.Dense(Loadings, _graph.Constant(_weights.Intercept, [_weights.Columns], null));

    /// <summary>t(z), [N, p].</summary>
    public Tensor Threshold(Tensor z) => z.Dense(ThresholdLoadings, _graph.Constant(_weights.ThresholdIntercept, [_weights.Columns], null));

    /// <summary>Residuals u, 0 where missing, and arguments h of log Phi: (rho u + t) / w where observed, -t where missing; [N, p] each.</summary>
    public (Tensor U, Tensor H) Arguments(Tensor z, Tensor x, Tensor observed)
    {
        var u = observed * ((x - Mean(z)) * InverseScale);
        var t = Threshold(z);
        return (u, observed * (Slope * u + InverseW * t) - (1 - observed) * t);
    }

    /// <summary>log p(x_obs, r, z) up to a constant, [N].</summary>
    public Tensor LogDensity(Tensor z, Tensor u, Tensor h, Tensor observed)
    {
        var constant = Row([.. _weights.Scale.Select(scale => -Math.Log(scale) - 0.5 * Math.Log(2 * Math.PI))], "log_normaliser");
        return (h.LogNormalCdf() + observed * constant - 0.5 * u.Square()).Sum(1) - 0.5 * z.Square().Sum(1);
    }

    /// <summary>Products v_k v_l of a [d, p] matrix's rows, as a [p, d * d] matrix.</summary>
    public Tensor Squares(double[] rows)
    {
        var (d, p) = (_weights.LatentDimension, _weights.Columns);
        var squares = new double[p * d * d];
        for (var j = 0; j < p; j++)
        {
            for (var k = 0; k < d; k++)
            {
                for (var l = 0; l < d; l++) squares[(j * d + k) * d + l] = rows[k * p + j] * rows[l * p + j];
            }
        }

        return _graph.Constant(squares, [p, d * d], null);
    }

    private static double Complement(double rho) => Math.Sqrt(1 - rho * rho);

    private Tensor Row(double[] values, string name) => _graph.Constant(values, [1, _weights.Columns], name);

    private Tensor Matrix(double[] values, string name) => _graph.Constant(values, [_weights.LatentDimension, _weights.Columns], name);
}
