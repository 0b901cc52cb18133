using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// <c>impute.onnx</c>: a table's own columns and uniform numbers to completed rows, means, standard deviations and quantiles in the table's
/// units, for hosts without this runtime. Each draw is the end of an independence Metropolis chain of a few steps on z that starts at the
/// mode (one exact step where the posterior of z is Gaussian), with the missing cells drawn exactly given it; it is the runtime's draw from
/// the same numbers.
/// </summary>
public static class ImputeGraph
{
    private const string Title =
        "Imputes rows of a table. Give the table's columns as they are and uniform random numbers; read completed rows and what is "
        + "known of each missing cell.";

    /// <summary>Builds the graph.</summary>
    /// <param name="mixture">The fitted parameters.</param>
    /// <param name="fits">The fits that the members belong to.</param>
    /// <param name="schema">The table's columns.</param>
    /// <param name="forests">The forests of its columns of numbers; null for none.</param>
    /// <param name="passes">How often the forests draw a row's numbers.</param>
    public static Graph Build(
        CollapsedMixture mixture, IReadOnlyList<GeneratorFit> fits, TableSchema schema, IReadOnlyList<WeightedForest>? forests = null, int passes = 1)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        ArgumentNullException.ThrowIfNull(fits);
        ArgumentNullException.ThrowIfNull(schema);
        var graph = new Graph("impute", Title);
        var coding = TableCoding.Gaussian(graph, schema);
        var sampler = new ImputeSampler(graph, mixture, fits, coding.Trees.Count, new ForestColumns(forests ?? [], passes));
        var (x, observed) = coding.Encode();
        var draws = sampler.Draw(x, observed);
        var numbers = coding.NumberColumns is { } columns ? sampler.ByDraw(columns.Decode(draws.Scores.Slice(1, 0, columns.Count))) : null;
        var levels = coding.LevelColumns is { } own ? sampler.ByDraw(own.Decode(draws.Scores)) : null;
        if (levels is not null && draws.Trees is { } uniforms) levels = coding.DrawByTrees(numbers, levels, uniforms);
        var table = new ImputedTable(coding, sampler.Count, PortTexts.Draws);
        table.DeclareNumbers(numbers, numbers is null ? null : Moments(coding.NumberColumns!, numbers, draws, sampler));
        table.DeclareLevels(levels);
        graph.Output(
            "acceptance", draws.Acceptance,
            "Mean probability with which the row's proposals of z were accepted, [N]: far below 0.5, do not trust the row's draws.");
        return graph;
    }

    // In closed form given z where every number is a value of the column; else those of the draws.
    private static (Tensor Mean, Tensor Deviation) Moments(NumberColumns columns, Tensor values, ImputeDraws draws, ImputeSampler sampler)
    {
        var given = sampler.ByDraw(draws.Mean.Slice(1, 0, columns.Count)).Cast(ElementType.Double);
        var deviation = sampler.ByDraw(draws.Deviation.Slice(1, 0, columns.Count)).Cast(ElementType.Double);
        var expectation = given.Mean(0);
        var variance = (given.Square() + deviation.Square()).Mean(0) - expectation.Square();
        var (average, drawn) = ImputedTable.MomentsOf(values);
        return (
            columns.WhereRestricted(columns.Unscaled(expectation), average),
            columns.WhereRestricted(columns.Scales(variance) * variance.Max(0).Sqrt(), drawn));
    }
}
