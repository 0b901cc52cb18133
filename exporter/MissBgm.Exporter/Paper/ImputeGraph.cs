using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>impute.onnx</c>: a table's own columns and uniform numbers to completed rows, means, standard deviations and quantiles in the table's
/// units, for hosts without this runtime. One chain for each row: HMC on z and the missing values together (<see cref="ImputeSweep"/>) from the
/// encoder's z, in the units of the Gauss-Newton covariance there, with step sizes learned in the warm-up.
/// </summary>
public static class ImputeGraph
{
    private const string Title =
        "Imputes rows of a table by a chain of HMC updates for each row. Give the table's columns as they are and uniform random numbers; read "
        + "completed rows and what is known of each missing cell.";

    private const string WarmUpText =
        "How many of the S sweeps are warm-up, in which step sizes are learned: their states are no draws and are left out; a scalar.";

    // Draws are counted from the end of the warm-up.
    private const string Kept = "S-warm_up";

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The fitted networks; of Bayesian ones the means, then the draws.</param>
    /// <param name="schema">The table's columns.</param>
    /// <param name="settings">Sampling.</param>
    public static Graph Build(IReadOnlyList<MissBgmWeights> weights, TableSchema schema, InferenceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(settings);
        var graph = new Graph("impute", Title);
        var coding = TableCoding.Numbered(graph, schema);
        var sweep = new ImputeSweep(weights[0], settings);
        var noise = graph.Input("noise", [PortTexts.Draws, PortTexts.Rows, sweep.NoiseWidth], sweep.NoiseText, ElementType.Double);
        var warmUp = graph.Input("warm_up", [], WarmUpText + (weights.Count == 1 ? "" : Shared(weights.Count - 1)), ElementType.Integer);
        var (values, observed) = coding.Encode();
        var x = observed.Greater(0).Where(values, Fill(graph, schema));
        var kept = weights.Count == 1 ? Drawn(sweep.Chains(graph, x, observed, noise, warmUp), warmUp) : Drawn(weights, settings, x, observed, noise, warmUp);
        var (rows, columns) = (kept.Slice(2, 0, schema.Modelled.Count), coding.NumberColumns);
        var table = new ImputedTable(coding, kept.Count(0), Kept);
        table.DeclareNumbers(columns?.Decode(rows.Slice(2, 0, columns.Count)));
        table.DeclareLevels(coding.LevelColumns?.Decode(rows));
        graph.Output(
            "acceptance", kept.Slice(2, schema.Modelled.Count, schema.Modelled.Count + 1).Squeeze(2).Mean(0),
            $"Mean probability with which the row's updates were accepted after the warm-up, [N]; {settings.TargetAcceptance} is aimed at.");
        return graph;
    }

    // What follows the warm-up.
    private static Tensor Drawn(Tensor chains, Tensor warmUp) => chains.Gather(Layout.Indices(chains.Count(0) - warmUp, Kept) + warmUp, 0);

    // Each draw of the weights has a chain of its own; all of a graph's are run by one body, to which the weights are handed.
    private static Tensor Drawn(
        IReadOnlyList<MissBgmWeights> weights, InferenceSettings settings, Tensor x, Tensor observed, Tensor noise, Tensor warmUp)
    {
        var graph = x.Graph;
        Tensor[] state = [graph.Integer(0), x, observed, noise, warmUp];
        var body = WeightDraws.Stack([.. weights.Select(draw => Chain(new ImputeSweep(draw, settings), state, weights.Count - 1))]);
        var draws = Graph.Apply(new Scan(body), [.. state, graph.Integers([.. Enumerable.Range(1, weights.Count - 1)])]);
        return draws.MergeRows(Kept, kept: 2);
    }

    private static Graph Chain(ImputeSweep sweep, Tensor[] start, int draws)
    {
        var graph = new Graph("chain", "A chain under one draw of the weights.");
        string[] names = ["part", "x", "observed", "noise", "warm_up"];
        var state = names.Zip(start, (name, tensor) => graph.Input(name, tensor.Shape, "", tensor.Type)).ToArray();
        var (part, x, observed, noise, warmUp) = (state[0], state[1], state[2], state[3], state[4] / draws);
        var sweeps = noise.Count(0) / draws;
        var own = noise.Gather(Layout.Indices(sweeps, "P") + part * sweeps, 0);
        state[0] = part + 1;
        for (var i = 0; i < state.Length; i++) graph.Output($"next_{names[i]}", state[i], "");
        graph.Output("kept", Drawn(sweep.Chains(graph, x, observed, own, warmUp), warmUp), "");
        return graph;
    }

    private static string Shared(int draws) =>
        $" The networks are Bayesian: each of {draws} draws of their weights has a chain of its own, with an equal part of the sweeps and of the warm-up.";

    // What the encoder sees in missing cells: column means and the most frequent levels.
    private static Tensor Fill(Graph graph, TableSchema schema) => graph.Constant(
        [.. schema.Modelled.Select(column => column.LevelShares is { Count: > 0 } shares && column.IsDiscrete ? shares.ToList().IndexOf(shares.Max()) : 0.0)],
        [1, schema.Modelled.Count]);
}
