using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Tables;

/// <summary>
/// Draws of a table's modelled columns as outputs of a graph: the completed table of each draw and what is known of each missing cell, in the
/// table's own columns and units.
/// </summary>
/// <param name="coding">The table's columns.</param>
/// <param name="count">How many draws there are, a scalar integer.</param>
/// <param name="axis">The name of their axis.</param>
internal sealed class ImputedTable(TableCoding coding, Tensor count, Dimension axis)
{
    private readonly Graph _graph = count.Graph;

    /// <summary>Declares an input, the quantiles that are wanted, and the outputs of the columns of numbers, if there are any.</summary>
    /// <param name="values">Draws of the modelled ones in the table's units, [draws, N, c']; null if there are none.</param>
    /// <param name="moments">Their means and standard deviations, [N, c'], where these are known better than from the draws.</param>
    public void DeclareNumbers(Tensor? values, (Tensor Mean, Tensor Deviation)? moments = null)
    {
        if (coding.Numbers is not { } own) return;
        var probabilities = _graph.Input("probabilities", ["Q"], "Which quantiles are wanted, such as 0.025 and 0.975, [Q].", ElementType.Double);
        var zero = _graph.Scalar(ElementType.Double, 0);
        if (values is null)
        {
            var completed = Complete(null);
            Output("completed_numbers", Repeat(completed), CompletedText("numbers"));
            Output("mean", completed, MeanText);
            Output("standard_deviation", coding.CompleteNumbers(null, _ => 0, zero), DeviationText);
            Output("quantiles", completed + (probabilities * zero).Unsqueeze(1).Unsqueeze(2), QuantilesText);
            return;
        }

        var (mean, deviation) = moments ?? MomentsOf(values);
        Output("completed_numbers", Complete(values), CompletedText("numbers"));
        Output("mean", Complete(mean), MeanText);
        Output("standard_deviation", coding.CompleteNumbers(deviation, _ => 0, zero), DeviationText);
        Output("quantiles", Complete(coding.NumberColumns!.Nearest(Quantiles(values, probabilities))), QuantilesText);

        Tensor Complete(Tensor? modelled) => coding.CompleteNumbers(modelled, column => column.Location, own);

        void Output(string name, Tensor tensor, string documentation) => _graph.Output(name, tensor, documentation, coding.NamesOfNumbers);
    }

    /// <summary>Declares the outputs of the columns of levels, if there are any.</summary>
    /// <param name="drawn">Draws of the modelled ones, [draws, N, l']; null if there are none.</param>
    public void DeclareLevels(Tensor? drawn)
    {
        if (coding.Levels is null) return;
        var completed = drawn is null ? Repeat(coding.CompleteLevels(null)) : coding.CompleteLevels(drawn);
        var probabilities = coding.Indicators(completed).Mean(0);
        _graph.Output("completed_levels", completed, CompletedText("levels"), coding.NamesOfLevelColumns);
        _graph.Output(
            "level", coding.MostProbable(probabilities),
            "The most probable level of each missing cell, [N, columns]; observed cells as they came.", coding.NamesOfLevelColumns);
        _graph.Output(
            "level_probabilities", probabilities,
            "Probability of each level of each discrete column, [N, levels of all columns]; 1 for an observed one.", coding.NamesOfLevels);
    }

    /// <summary>Mean and standard deviation of draws, [N, c'] each.</summary>
    public static (Tensor Mean, Tensor Deviation) MomentsOf(Tensor values)
    {
        var mean = values.Mean(0);
        return (mean, ((values - mean).Square().Sum(0) / (values.Count(0) - 1).Cast(ElementType.Double)).Sqrt());
    }

    private const string MeanText = "Posterior mean of each missing cell, [N, columns]; observed cells as they came.";
    private const string DeviationText = "Posterior standard deviation of each missing cell, 0 where observed, [N, columns].";
    private const string QuantilesText = "Quantiles of the draws of each missing cell, [Q, N, columns]; observed cells as they came.";

    private string CompletedText(string what) =>
        $"The columns of {what} completed, a table for each draw, [{axis}, N, columns]; observed cells as they came.";

    // All rows for each draw.
    private Tensor Repeat(Tensor x) => x.Unsqueeze(0).Gather(Layout.Indices(count, axis) * 0, 0);

    /// <summary>Quantiles of draws, [Q, N, c'], interpolated between order statistics, as the runtime does it.</summary>
    public static Tensor Quantiles(Tensor values, Tensor probabilities)
    {
        var last = values.Count(0) - 1;
        var position = probabilities.Clip(0, 1) * last.Cast(ElementType.Double);
        var index = position.Cast(ElementType.Integer);
        var sorted = values.Sorted(0);
        var (below, next) = (sorted.Gather(index, 0), sorted.Gather((index + 1).Min(last), 0));
        return below + (position - index.Cast(ElementType.Double)).Unsqueeze(1).Unsqueeze(2) * (next - below);
    }
}
