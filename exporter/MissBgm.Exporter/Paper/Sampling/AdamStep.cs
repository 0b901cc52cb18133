using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Sampling;

/// <summary>
/// One step of Adam (Kingma and Ba 2015; b1 = 0.9, b2 = 0.99) on N independent rows as graph, ascending a log density, gradients clipped
/// row by row.
/// </summary>
internal sealed record AdamStep(Tensor Value, Tensor First, Tensor Second)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.99;
    private const double Guard = 1e-8;

    /// <summary>Adds the step to the graph.</summary>
    /// <param name="gradient">Gradient of the log density where the rows stand, [N, k].</param>
    /// <param name="rate">Learning rate of each row, [N].</param>
    /// <param name="clip">Gradient norm above which a row's gradient is scaled down, a scalar.</param>
    /// <param name="step">Number of this step, 1 for the first; a scalar.</param>
    /// <returns>The rows and their moments after the step.</returns>
    public AdamStep Next(Tensor gradient, Tensor rate, Tensor clip, Tensor step)
    {
        var norm = gradient.Square().Sum(1, keepAxis: true).Sqrt();
        var clipped = gradient * (clip / norm.Max(clip));
        var first = FirstDecay * First + (1 - FirstDecay) * clipped;
        var second = SecondDecay * Second + (1 - SecondDecay) * clipped.Square();
        var graph = gradient.Graph;
        var (firstBias, secondBias) = (1 - graph.Constant(FirstDecay).Pow(step), 1 - graph.Constant(SecondDecay).Pow(step));
        var move = rate.Unsqueeze(1) * (first / firstBias) / ((second / secondBias).Sqrt() + Guard);
        return new AdamStep(Value + move, first, second);
    }
}
