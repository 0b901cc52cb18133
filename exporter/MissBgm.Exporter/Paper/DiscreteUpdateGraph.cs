using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>discrete_update.onnx</c>: the Metropolis update of missing discrete cells given z: column after column, a level is proposed from p(x_j | z) and accepted
/// with probability min(1, (p(r | x') / p(r | x))^beta): the proposal cancels all but the mask term (MissBGM Eq. 7, tempered as in Eq. 8).
/// </summary>
public static class DiscreteUpdateGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="generator">Tells the columns apart.</param>
    /// <param name="mask">The mask network: of rows whose discrete columns are one-hot.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(GeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var discrete = generator.Discrete ?? throw new ArgumentException("the generator has no discrete columns", nameof(generator));
        var graph = new Graph("discrete_update", "A Metropolis update of the missing discrete cells given z, column after column.", precision);
        var (rows, columns) = (RowColumns.Of(generator), discrete.Columns.Count);
        var x = graph.Input("x", [PortTexts.Rows, rows.Count], PortTexts.MixedRows);
        var logProbabilities = graph.Input(
            "log_probabilities", [PortTexts.Rows, discrete.Levels.Sum()], "Log-probabilities of the levels given z, from the generator.");
        var observed = graph.Input("observed", [PortTexts.Rows, rows.Count], PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var proposalUniform = graph.Input("proposal_uniform", [PortTexts.Rows, columns], "Uniform numbers of the proposals, one for each discrete column.");
        var acceptanceUniform = graph.Input(
            "acceptance_uniform", [PortTexts.Rows, columns],
            "Uniform numbers of the accept/reject decisions, one for each discrete column.");

        var network = new Perceptron(graph, mask, "mask");
        var (levels, accepted) = Update(rows, discrete, network.Apply, x, logProbabilities, observed, beta, proposalUniform, acceptanceUniform);
        graph.Output("next_x", RowColumns.Join(rows.Cells(x), levels), PortTexts.MixedRows);
        graph.Output("accepted", accepted, "1 where a missing cell's proposal was accepted, [N, discrete columns].");
        return graph;
    }

    /// <summary>The levels after an update, and 1 where a missing cell's proposal was accepted, [N, discrete columns] each.</summary>
    /// <param name="rows">The columns.</param>
    /// <param name="discrete">The discrete ones.</param>
    /// <param name="mask">The mask network: rows, one-hot, to logits.</param>
    /// <param name="x">Completed rows, [N, p].</param>
    /// <param name="logProbabilities">Of the levels at z, [N, sum of levels].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <param name="beta">Temperature of the mask term, a scalar.</param>
    /// <param name="proposalUniform">Uniform numbers, [N, discrete columns].</param>
    /// <param name="acceptanceUniform">Uniform numbers, [N, discrete columns].</param>
    internal static (Tensor Levels, Tensor Accepted) Update(
        RowColumns rows, DiscreteHeadWeights discrete, Func<Tensor, Tensor> mask, Tensor x, Tensor logProbabilities, Tensor observed,
        Tensor beta, Tensor proposalUniform, Tensor acceptanceUniform)
    {
        var (cells, columns) = (rows.Cells(x), discrete.Columns.Count);
        var continuous = rows.Count - columns;
        Tensor LogLikelihood(IEnumerable<Tensor> levels) =>
            beta * MissingDensity.MaskLogLikelihood(observed, mask(rows.Encode(cells, levels.ToArray().Concat(1))));
        Tensor[] levels = [.. Enumerable.Range(continuous, columns).Select(j => x.Slice(1, j, j + 1))];
        var heads = DiscreteColumns.Split(logProbabilities, discrete.Levels);
        var current = LogLikelihood(levels);
        var decisions = new List<Tensor>();
        for (var j = 0; j < columns; j++)
        {
            var proposal = DiscreteColumns.Draw(heads[j], proposalUniform.Slice(1, j, j + 1));
            var proposed = LogLikelihood(levels.Select((level, i) => i == j ? proposal : level));
            var missing = observed.Slice(1, continuous + j, continuous + j + 1).Less(0.5);
            var accepted = acceptanceUniform.Slice(1, j, j + 1).Less((proposed - current).Min(0).Exp().Unsqueeze(1)).And(missing);
            levels[j] = accepted.Where(proposal, levels[j]);
            current = accepted.Squeeze(1).Where(proposed, current);
            decisions.Add(accepted.Cast(ElementType.Real));
        }

        return (levels.Concat(1), decisions.Concat(1));
    }
}
