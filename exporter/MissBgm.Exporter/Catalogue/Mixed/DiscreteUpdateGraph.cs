using MissBgm.Exporter.Densities;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Networks;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Catalogue.Mixed;

/// <summary>
/// The Metropolis update of missing discrete cells given z: column after column, a value is proposed from p(x_j | z) and accepted with probability
/// min(1, (p(r | x') / p(r | x))^beta): the proposal cancels all but the mask term (MissBGM Eq. 7, tempered as in Eq. 8).
/// </summary>
public static class DiscreteUpdateGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="generator">Tells the columns apart.</param>
    /// <param name="mask">Encoded columns to one logit for each table column.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MixedGeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var graph = new Graph("discrete_update", "A Metropolis update of the missing discrete cells given z, column after column.", precision);
        var (continuous, columns) = (generator.Continuous.Columns(), generator.Widths.Count);
        var x = graph.Input("x", [Documentation.Rows, generator.EncodedColumns], Documentation.Encoded);
        var logits = graph.Input("logits", [Documentation.Rows, generator.Widths.Sum()], "Logits of the discrete columns given z, from the generator.");
        var observed = graph.Input("observed", [Documentation.Rows, generator.TableColumns], Documentation.ObservedColumns);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var proposalUniform = graph.Input("proposal_uniform", [Documentation.Rows, columns], "Uniform numbers of the proposals, one for each discrete column.");
        var acceptanceUniform = graph.Input("acceptance_uniform", [Documentation.Rows, columns], "Uniform numbers of the accept/reject decisions, one for each discrete column.");

        var network = new Perceptron(graph, mask, "mask");
        Tensor LogLikelihood(IEnumerable<Tensor> parts) => beta * MissingDensity.MaskLogLikelihood(observed, network.Apply(parts.ToArray().Concat(1)));
        List<Tensor> parts = [x.Slice(1, 0, continuous), .. DiscreteDensity.Split(x.Slice(1, continuous, generator.EncodedColumns), generator.Widths)];
        var heads = DiscreteDensity.Split(logits, generator.Widths);
        var current = LogLikelihood(parts);
        var decisions = new List<Tensor>();
        for (var j = 0; j < columns; j++)
        {
            var proposal = DiscreteDensity.Draw(heads[j], proposalUniform.Slice(1, j, j + 1));
            var proposed = LogLikelihood(parts.Select((part, i) => i == j + 1 ? proposal : part));
            var missing = observed.Slice(1, continuous + j, continuous + j + 1).Less(0.5);
            var accepted = acceptanceUniform.Slice(1, j, j + 1).Less((proposed - current).Min(0).Exp().Unsqueeze(1)).And(missing);
            parts[j + 1] = accepted.Where(proposal, parts[j + 1]);
            current = accepted.Squeeze(1).Where(proposed, current);
            decisions.Add(accepted.Cast(ElementType.Real));
        }

        graph.Output("next_x", parts.Concat(1), Documentation.Encoded);
        graph.Output("accepted", decisions.Concat(1), "1 where a missing cell's proposal was accepted, [N, discrete columns].");
        return graph;
    }
}
