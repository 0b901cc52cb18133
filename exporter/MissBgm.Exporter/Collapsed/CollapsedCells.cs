using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// The model placed in a graph: its parameters, and what every cell's density needs at a given z. With several members a graph has the input
/// <c>member</c>, and each row reads the parameters of its own.
/// </summary>
internal sealed class CollapsedCells
{
    private readonly Graph _graph;
    private readonly CollapsedMixture _mixture;
    private readonly Tensor? _member;
    private readonly bool _hasMissingLaw;

    /// <summary>With several members, the input that tells each row its own.</summary>
    public CollapsedCells(Graph graph, CollapsedMixture mixture)
        : this(graph, mixture, mixture.Members.Count > 1 ? graph.Input("member", [PortTexts.Rows], PortTexts.Member).Cast(ElementType.Integer) : null)
    {
    }

    /// <param name="graph">The graph.</param>
    /// <param name="mixture">The model.</param>
    /// <param name="member">Each row's member, [N] integers; null if there is only one.</param>
    public CollapsedCells(Graph graph, CollapsedMixture mixture, Tensor? member)
    {
        (_graph, _mixture, _member) = (graph, mixture, member);
        Loadings = Matrix(weights => weights.Loadings, "loadings");
        ThresholdLoadings = Matrix(weights => weights.ThresholdLoadings, "threshold_loadings");
        ObservedDirections = Matrix(Directions, "observed_directions");
        Scale = Row(weights => weights.Scale, "scale");
        InverseScale = Row(weights => Array.ConvertAll(weights.Scale, scale => 1 / scale), "inverse_scale");
        Correlation = Row(weights => weights.Correlation, "correlation");
        W = Row(weights => Array.ConvertAll(weights.Correlation, Complement), "independent_share");
        InverseW = Row(weights => Array.ConvertAll(weights.Correlation, rho => 1 / Complement(rho)), "inverse_independent_share");
        Slope = Row(weights => Array.ConvertAll(weights.Correlation, rho => rho / Complement(rho)), "correlation_slope");
        _hasMissingLaw = mixture.Members.Any(weights => weights.Missing is not null);
        MissingScale = _hasMissingLaw ? Row(weights => weights.MissingOrOwn.Scale, "missing_scale") : Scale;
    }

    /// <summary>Mean's loadings, [d, p], or [N, d, p] with members.</summary>
    public Tensor Loadings { get; }

    /// <summary>Threshold's loadings, likewise.</summary>
    public Tensor ThresholdLoadings { get; }

    /// <summary>Where z moves the argument of an observed cell's log Phi, (C - rho W / sigma) / w, likewise.</summary>
    public Tensor ObservedDirections { get; }

    /// <summary>sigma, [1, p], or [N, p] with members.</summary>
    public Tensor Scale { get; }

    /// <summary>sigma of a missing cell, likewise.</summary>
    public Tensor MissingScale { get; }

    /// <summary>1 / sigma, likewise.</summary>
    public Tensor InverseScale { get; }

    /// <summary>rho, likewise.</summary>
    public Tensor Correlation { get; }

    /// <summary>w = sqrt(1 - rho^2), likewise.</summary>
    public Tensor W { get; }

    /// <summary>1 / w, likewise.</summary>
    public Tensor InverseW { get; }

    /// <summary>rho / w, likewise.</summary>
    public Tensor Slope { get; }

    /// <summary>mu(z), [N, p].</summary>
    public Tensor Mean(Tensor z) => Affine(z, Loadings, Row(weights => weights.Intercept, "intercept"));

    /// <summary>mu(z) of missing cells, [N, p].</summary>
    public Tensor MissingMean(Tensor z) => _hasMissingLaw
        ? Affine(z, Matrix(weights => weights.MissingOrOwn.Loadings, "missing_loadings"), Row(weights => weights.MissingOrOwn.Intercept, "missing_intercept"))
        : Mean(z);

    /// <summary>t(z), [N, p].</summary>
    public Tensor Threshold(Tensor z) => Affine(z, ThresholdLoadings, Row(weights => weights.ThresholdIntercept, "threshold_intercept"));

    /// <summary>Residuals u, 0 where missing, and arguments h of log Phi: (rho u + t) / w where observed, -t where missing; [N, p] each.</summary>
    public (Tensor U, Tensor H) Arguments(Tensor z, Tensor x, Tensor observed)
    {
        var u = observed * ((x - Mean(z)) * InverseScale);
        var t = Threshold(z);
        return (u, observed * (Slope * u + InverseW * t) - (1 - observed) * t);
    }

    /// <summary>log p(x_obs, r, z) up to a constant, [N]; with members, log of the member's share included.</summary>
    public Tensor LogDensity(Tensor z, Tensor u, Tensor h, Tensor observed)
    {
        var constant = Row(weights => [.. weights.Scale.Select(scale => -Math.Log(scale) - 0.5 * Math.Log(2 * Math.PI))], "log_normaliser");
        var density = (h.LogNormalCdf() + observed * constant - 0.5 * u.Square()).Sum(1) - 0.5 * z.Square().Sum(1);
        return _member is null ? density : density + _graph.Constant(_mixture.LogShares, [_mixture.Members.Count], "log_share").Gather(_member, 0);
    }

    /// <summary>Slopes by column, [N, p], to slopes by z, [N, d], through the loadings.</summary>
    public Tensor ToLatent(Tensor slopes, Tensor loadings) =>
        _member is null ? slopes.Gemm(loadings, transposeB: true) : slopes.Unsqueeze(1).MatMul(loadings.SwapLastAxes()).Squeeze(1);

    /// <summary>Sum over columns of curvature times v v', v the columns of a matrix of directions, [N, d, d].</summary>
    public Tensor Metric(Tensor curvature, Tensor directions, Func<CollapsedWeights, double[]> ofWeights)
    {
        var d = _mixture.LatentDimension;
        if (_member is not null) return (directions * curvature.Unsqueeze(1)).MatMul(directions.SwapLastAxes());
        return curvature.Gemm(Squares(ofWeights(_mixture.Members[0]))).Reshape([curvature.Shape[0], d, d]);
    }

    /// <summary>(C - rho W / sigma) / w of a member, [d, p].</summary>
    public static double[] Directions(CollapsedWeights weights)
    {
        var directions = new double[weights.Loadings.Length];
        for (var i = 0; i < directions.Length; i++)
        {
            var (j, rho) = (i % weights.Columns, weights.Correlation[i % weights.Columns]);
            directions[i] = (weights.ThresholdLoadings[i] - rho * weights.Loadings[i] / weights.Scale[j]) / Complement(rho);
        }

        return directions;
    }

    private Tensor Affine(Tensor z, Tensor loadings, Tensor intercept) =>
        _member is null ? z.Gemm(loadings, intercept) : z.Unsqueeze(1).MatMul(loadings).Squeeze(1) + intercept;

    // Products v_k v_l of a [d, p] matrix's rows, as a [p, d * d] matrix.
    private Tensor Squares(double[] rows)
    {
        var (d, p) = (_mixture.LatentDimension, _mixture.Columns);
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

    private Tensor Row(Func<CollapsedWeights, double[]> values, string name) => Parameter(values, name, [_mixture.Columns]);

    private Tensor Matrix(Func<CollapsedWeights, double[]> values, string name) => Parameter(values, name, [_mixture.LatentDimension, _mixture.Columns]);

    // One member's values stand as they are, a vector as [1, p]; those of several are gathered by row.
    private Tensor Parameter(Func<CollapsedWeights, double[]> values, string name, long[] shape) => _member is null
        ? _graph.Constant(values(_mixture.Members[0]), shape.Length == 1 ? [1, .. shape] : shape, name)
        : _graph.Constant([.. _mixture.Members.SelectMany(values)], [_mixture.Members.Count, .. shape], name).Gather(_member, 0);
}
