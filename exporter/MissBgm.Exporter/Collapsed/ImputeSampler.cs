using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Collapsed;

/// <summary>What was drawn, S draws of N rows, one row after another, [R, q] with R = S N.</summary>
/// <param name="Scores">Draws of the Gaussian columns given that their cells are missing.</param>
/// <param name="Mean">Their means given z.</param>
/// <param name="Deviation">Their standard deviations given z.</param>
/// <param name="Trees">Uniform numbers of the trees, [S, N, trees]; null if there are none.</param>
/// <param name="Acceptance">Mean probability of acceptance of each row, [N].</param>
internal sealed record ImputeDraws(Tensor Scores, Tensor Mean, Tensor Deviation, Tensor? Trees, Tensor Acceptance);

/// <summary>Draws of a collapsed model's Gaussian columns as one graph, from the host's uniform numbers.</summary>
internal sealed class ImputeSampler
{
    /// <summary>Evaluations of the climb to the mode where the density is not Gaussian.</summary>
    private const int Evaluations = 12;

    /// <summary>Steps of each draw's chain there: what is left of its start is of the order of the share rejected to this power.</summary>
    internal const int Steps = 3;

    private const string All = "S*N";

    private readonly Graph _graph;
    private readonly CollapsedMixture _mixture;
    private readonly FitMembers _members;
    private readonly bool _selects;
    private readonly int _trees;
    private readonly ForestColumns? _forests;
    private readonly Tensor _noise;
    private readonly Tensor? _fitNoise;
    private readonly Tensor _row;
    private readonly Tensor _draw;
    private readonly Tensor _rows;

    /// <summary>S, a scalar integer.</summary>
    public Tensor Count { get; }
    private long _taken;

    /// <summary>Declares the noise.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="mixture">The fitted parameters.</param>
    /// <param name="fits">The fits that the members belong to.</param>
    /// <param name="trees">How many columns of levels have trees, each of which takes a number.</param>
    /// <param name="forests">The forests of columns of numbers, with the numbers that they take; null for none.</param>
    public ImputeSampler(Graph graph, CollapsedMixture mixture, IReadOnlyList<GeneratorFit> fits, int trees = 0, ForestColumns? forests = null)
    {
        (_graph, _mixture, _members, _trees, _forests) = (graph, mixture, new FitMembers(fits), trees, forests is { Uniforms: > 0 } ? forests : null);
        _selects = mixture.Members.Any(member => member.Correlation.Any(rho => rho != 0));
        IsGaussian = !_selects && mixture.Members.All(member => member.ThresholdLoadings.All(loading => loading == 0));
        var width = (IsGaussian ? 1 : Steps) * ((_members.HasComponents ? 1 : 0) + (IsGaussian ? 0 : 1) + mixture.LatentDimension)
            + (_selects ? 2 : 1) * mixture.Columns + (_forests?.Uniforms ?? 0) + trees;
        var noise = graph.Input("noise", [PortTexts.Draws, PortTexts.Rows, width], NoiseText(), ElementType.Double);
        if (_members.HasFits) _fitNoise = graph.Input("fit_noise", [PortTexts.Draws], FitNoiseText, ElementType.Double).Clip(0, 1);
        // Quantiles of 0 and 1 are infinite.
        _noise = noise.MergeAxes(All, 1).Clip(1.0 / (1L << 33), 1 - 1.0 / (1L << 33));
        _rows = noise.Count(1);
        Count = noise.Count(0);
        var index = Layout.Indices(Count * _rows, All);
        _draw = index / _rows;
        _row = index - _draw * _rows;
    }

    /// <summary>Whether the posterior of z is Gaussian, so that a proposal is an exact draw.</summary>
    public bool IsGaussian { get; }

    private const string FitNoiseText =
        "Uniform numbers between 0 and 1, [S]: under which of the model's fits, which are draws of its parameters, all rows of a "
        + "draw are completed. Best spread evenly: (s + 0.5) / S.";

    /// <summary>Draws.</summary>
    /// <param name="x">Observed values, [N, q].</param>
    /// <param name="observed">r, [N, q].</param>
    public ImputeDraws Draw(Tensor x, Tensor observed)
    {
        var modes = Modes(x, observed);
        var fit = _fitNoise is null ? null : _members.Fit(_fitNoise).Gather(_draw, 0);
        var chain = new ImputeChain(_graph, _mixture, x.Gather(_row, 0), observed.Gather(_row, 0));
        var choose = Chooser(modes, fit);
        var place = ImputeChain.Start(choose.Start);
        for (var step = 0; step < (IsGaussian ? 1 : Steps); step++)
        {
            var proposed = choose.Next();
            var accept = IsGaussian ? null : Take(1).Squeeze(1);
            var normals = Take(_mixture.LatentDimension).NormalQuantile();
            place = chain.Step(place, proposed, normals, accept);
        }

        var cells = new CollapsedCells(_graph, _mixture, place.Member);
        var (mean, deviation, draw) = Cells(cells, place.Z);
        if (_forests is not null)
        {
            (draw, mean, deviation) = _forests.Draw((draw, mean, deviation), x.Gather(_row, 0), observed.Gather(_row, 0), Take(_forests.Uniforms));
        }

        return new ImputeDraws(draw, mean, deviation, _trees == 0 ? null : ByDraw(Take(_trees)), ByDraw(chain.Acceptance()).Mean(0));
    }

    /// <summary>[R, ...] as [S, N, ...].</summary>
    public Tensor ByDraw(Tensor x) => x.Gather(Layout.Indices(Count, PortTexts.Draws).Unsqueeze(1) * _rows + Layout.Indices(_rows, PortTexts.Rows), 0);

    // Every row under every member, a row's members together.
    private LaplaceModes Modes(Tensor x, Tensor observed)
    {
        var evaluations = IsGaussian ? 2 : Evaluations;
        if (_members.Count == 1) return LaplaceModes.Find(new CollapsedCells(_graph, _mixture, null), x, observed, _mixture.LatentDimension, evaluations);
        var index = Layout.Indices(_rows * _members.Count, "N*M");
        var row = index / _graph.Integer(_members.Count);
        var cells = new CollapsedCells(_graph, _mixture, index - row * _members.Count);
        return LaplaceModes.Find(cells, x.Gather(row, 0), observed.Gather(row, 0), _mixture.LatentDimension, evaluations);
    }

    private (RowMode Start, Func<RowMode> Next) Chooser(LaplaceModes modes, Tensor? fit)
    {
        var members = _members.Count;
        RowMode Of(Tensor? member)
        {
            var index = member is null ? _row : _row * members + member;
            return new RowMode(member, modes.Latent.Gather(index, 0), modes.LogDensity.Gather(index, 0), modes.Factor.Gather(index, 0));
        }

        if (!_members.HasComponents)
        {
            var only = Of(fit);
            return (only, () => only);
        }

        var places = Layout.Indices(_rows, PortTexts.Rows).Unsqueeze(1) * members + _graph.Integers([.. Enumerable.Range(0, members).Select(m => (long)m)]);
        var components = _members.Of(modes.LogEvidence().Gather(places, 0));
        var own = fit ?? _row * 0;
        var at = _row * components.Shares.Count(1) + own;
        var shares = components.Shares.MergeAxes("N*F", 1).Gather(at, 0);
        var likeliest = components.Likeliest.MergeAxes("N*F", 0).Gather(at, 0);
        return (Of(_members.Member(own, likeliest)), () => Of(_members.Member(own, _members.Pick(shares, Take(1), own))));
    }

    private (Tensor Mean, Tensor Deviation, Tensor Draw) Cells(CollapsedCells cells, Tensor z)
    {
        if (_selects)
        {
            var uniform = Take(_mixture.Columns).Cast(ElementType.Real).Clip(1e-9, 1 - 1e-7);
            return MissingConditionalGraph.Terms(cells, z, uniform, Take(_mixture.Columns).NormalQuantile());
        }

        var mean = cells.MissingMean(z);
        return (mean, cells.MissingScale.ExpandAs(mean), mean + cells.MissingScale * Take(_mixture.Columns).NormalQuantile());
    }

    // The next numbers of each draw of a row.
    private Tensor Take(int width)
    {
        _taken += width;
        return _noise.Slice(1, _taken - width, _taken);
    }

    private string NoiseText()
    {
        var component = _members.HasComponents ? "the component of the generator, " : "";
        var proposal = $"{component}{(IsGaussian ? "" : "whether the proposal is accepted, ")}the proposal of z ({_mixture.LatentDimension})";
        return $"Independent uniform numbers between 0 and 1, [S, N, {(IsGaussian ? "" : $"{Steps} x (")}{proposal}{(IsGaussian ? "" : ")")}"
            + $"{(_selects ? $", selection of each Gaussian column ({_mixture.Columns})" : "")}, "
            + $"noise of each Gaussian column ({_mixture.Columns}){(_forests is null ? "" : $", forests ({_forests.Uniforms})")}"
            + $"{(_trees == 0 ? "" : $", trees ({_trees})")}]: those behind each draw of each row.";
    }
}
