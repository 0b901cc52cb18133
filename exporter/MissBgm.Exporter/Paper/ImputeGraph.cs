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
    /// <param name="weights">The fitted networks.</param>
    /// <param name="schema">The table's columns.</param>
    /// <param name="settings">Sampling.</param>
    public static Graph Build(MissBgmWeights weights, TableSchema schema, InferenceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(settings);
        var graph = new Graph("impute", Title);
        var coding = TableCoding.Numbered(graph, schema);
        var sweep = new ImputeSweep(weights, settings);
        var noise = graph.Input("noise", [PortTexts.Draws, PortTexts.Rows, sweep.NoiseWidth], sweep.NoiseText, ElementType.Double);
        var warmUp = graph.Input("warm_up", [], WarmUpText, ElementType.Integer);
        var (values, observed) = coding.Encode();
        var x = observed.Greater(0).Where(values, Fill(graph, schema));
        var chains = sweep.Chains(graph, x, observed, noise, warmUp);

        var count = noise.Count(0) - warmUp;
        var kept = chains.Gather(Layout.Indices(count, Kept) + warmUp, 0);
        var (rows, columns) = (kept.Slice(2, 0, schema.Modelled.Count), coding.NumberColumns);
        var table = new ImputedTable(coding, count, Kept);
        table.DeclareNumbers(columns?.Decode(rows.Slice(2, 0, columns.Count)));
        table.DeclareLevels(coding.LevelColumns?.Decode(rows));
        graph.Output(
            "acceptance", kept.Slice(2, schema.Modelled.Count, schema.Modelled.Count + 1).Squeeze(2).Mean(0),
            $"Mean probability with which the row's updates were accepted after the warm-up, [N]; {settings.TargetAcceptance} is aimed at.");
        return graph;
    }

    // What the encoder sees in missing cells: column means and the most frequent levels.
    private static Tensor Fill(Graph graph, TableSchema schema) => graph.Constant(
        [.. schema.Modelled.Select(column => column.LevelShares is { Count: > 0 } shares && column.IsDiscrete ? shares.ToList().IndexOf(shares.Max()) : 0.0)],
        [1, schema.Modelled.Count]);
}
