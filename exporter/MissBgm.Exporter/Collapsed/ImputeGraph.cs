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

    private const string CompletedText = "The columns of numbers completed, a table for each draw, [S, N, columns]; observed cells as they came.";
    private const string MeanText = "Posterior mean of each missing cell, [N, columns]; observed cells as they came.";
    private const string DeviationText = "Posterior standard deviation of each missing cell, 0 where observed, [N, columns].";
    private const string QuantilesText = "Quantiles of the draws of each missing cell, [Q, N, columns]; observed cells as they came.";

    /// <summary>Builds the graph.</summary>
    /// <param name="mixture">The fitted parameters.</param>
    /// <param name="fits">The fits that the members belong to.</param>
    /// <param name="schema">The table's columns.</param>
    public static Graph Build(CollapsedMixture mixture, IReadOnlyList<GeneratorFit> fits, TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        ArgumentNullException.ThrowIfNull(fits);
        ArgumentNullException.ThrowIfNull(schema);
        var graph = new Graph("impute", Title);
        var coding = new TableCoding(graph, schema);
        var sampler = new ImputeSampler(graph, mixture, fits, coding.Trees.Count);
        var (x, observed) = coding.Encode();
        var draws = sampler.Draw(x, observed);
        if (coding.Numbers is not null) Numbers(graph, coding, draws, sampler);
        if (coding.Levels is not null) Levels(graph, coding, draws, sampler);
        graph.Output(
            "acceptance", draws.Acceptance,
            "Mean probability with which the row's proposals of z were accepted, [N]: far below 0.5, do not trust the row's draws.");
        return graph;
    }

    private static void Numbers(Graph graph, TableCoding coding, ImputeDraws draws, ImputeSampler sampler)
    {
        var probabilities = graph.Input("probabilities", ["Q"], "Which quantiles are wanted, such as 0.025 and 0.975, [Q].", ElementType.Double);
        var (own, zero) = (coding.Numbers!, graph.Scalar(ElementType.Double, 0));
        if (coding.NumberColumns is { } columns)
        {
            var values = sampler.ByDraw(columns.Decode(draws.Scores.Slice(1, 0, columns.Count)));
            var (mean, deviation) = Moments(
                columns, values, sampler.ByDraw(draws.Mean.Slice(1, 0, columns.Count)),
                sampler.ByDraw(draws.Deviation.Slice(1, 0, columns.Count)));
            Output("completed_numbers", Complete(values), CompletedText);
            Output("mean", Complete(mean), MeanText);
            Output("standard_deviation", coding.CompleteNumbers(deviation, _ => 0, zero), DeviationText);
            Output("quantiles", Complete(columns.Nearest(Quantiles(values, probabilities))), QuantilesText);
        }
        else
        {
            var completed = Complete(null);
            Output("completed_numbers", sampler.Repeat(completed), CompletedText);
            Output("mean", completed, MeanText);
            Output("standard_deviation", coding.CompleteNumbers(null, _ => 0, zero), DeviationText);
            Output("quantiles", completed + (probabilities * zero).Unsqueeze(1).Unsqueeze(2), QuantilesText);
        }

        Tensor Complete(Tensor? values) => coding.CompleteNumbers(values, column => column.Location, own);

        void Output(string name, Tensor tensor, string documentation) => graph.Output(name, tensor, documentation, coding.NamesOfNumbers);
    }

    // Interpolated between order statistics, as the runtime does it.
    private static Tensor Quantiles(Tensor values, Tensor probabilities)
    {
        var last = values.Count(0) - 1;
        var position = probabilities.Clip(0, 1) * last.Cast(ElementType.Double);
        var index = position.Cast(ElementType.Integer);
        var sorted = values.Sorted(0);
        var (below, next) = (sorted.Gather(index, 0), sorted.Gather((index + 1).Min(last), 0));
        return below + (position - index.Cast(ElementType.Double)).Unsqueeze(1).Unsqueeze(2) * (next - below);
    }

    // In closed form given z where every number is a value of the column; else those of the draws.
    private static (Tensor Mean, Tensor Deviation) Moments(NumberColumns columns, Tensor values, Tensor mean, Tensor deviation)
    {
        var given = mean.Cast(ElementType.Double);
        var expectation = given.Mean(0);
        var variance = (given.Square() + deviation.Cast(ElementType.Double).Square()).Mean(0) - expectation.Square();
        var average = values.Mean(0);
        var drawn = ((values - average).Square().Sum(0) / (values.Count(0) - 1).Cast(ElementType.Double)).Sqrt();
        return (
            columns.WhereRestricted(columns.Unscaled(expectation), average),
            columns.WhereRestricted(columns.Scales(variance) * variance.Max(0).Sqrt(), drawn));
    }

    private static void Levels(Graph graph, TableCoding coding, ImputeDraws draws, ImputeSampler sampler)
    {
        var completed = coding.LevelColumns is { } columns
            ? coding.CompleteLevels(Drawn(columns))
            : sampler.Repeat(coding.CompleteLevels(null));
        var probabilities = coding.Indicators(completed).Mean(0);
        graph.Output(
            "completed_levels", completed,
            "The discrete columns completed, a table for each draw, [S, N, columns]; observed cells as they came.",
            coding.NamesOfLevelColumns);
        graph.Output(
            "level", coding.MostProbable(probabilities),
            "The most probable level of each missing cell, [N, columns]; observed cells as they came.", coding.NamesOfLevelColumns);
        graph.Output(
            "level_probabilities", probabilities,
            "Probability of each level of each discrete column, [N, levels of all columns]; 1 for an observed one.", coding.NamesOfLevels);

        Tensor Drawn(LevelColumns own)
        {
            var levels = sampler.ByDraw(own.Decode(draws.Scores));
            if (draws.Trees is not { } uniforms) return levels;
            var numbers = coding.NumberColumns is { } columns ? sampler.ByDraw(columns.Decode(draws.Scores.Slice(1, 0, columns.Count))) : null;
            return coding.DrawByTrees(numbers, levels, uniforms);
        }
    }
}
