using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// A pretrained network as its bundle's graphs have it, for any number of threads; the sessions are closed when the last of those that use them is
/// done. What its tokens are decides what it says of a row, and how many rows fit a pass.
/// </summary>
internal abstract class PretrainedNetwork
{
    private readonly BundleFiles _files;
    private readonly ComputeDevice _device;
    private readonly List<InferenceSession> _sessions = [];
    private readonly OpenGraph _baseline;
    private readonly SharedUse _use;

    /// <summary>Opens the graph that all networks have, and checks what goes into it and comes out.</summary>
    /// <exception cref="BundleException">A graph cannot be run, or is none of this kind of bundle.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    protected PretrainedNetwork(BundleFiles files, ComputeDevice device)
    {
        (_files, _device) = (files, device);
        _use = new SharedUse(this, () => _sessions.ForEach(session => session.Dispose()));
        _baseline = Open(
            PfnFiles.FlowBaseline, ["context_values", "context_observed", "query_values", "query_observed"], [],
            ["context_mean", "query_mean", "spread"]);
    }

    /// <summary>Opens the graphs of a bundle.</summary>
    /// <exception cref="BundleException">A graph cannot be run, or is none of this kind of bundle.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    internal static PretrainedNetwork Open(PfnManifest manifest, BundleFiles files, ComputeDevice device) =>
        manifest.Kind == PfnManifest.PfnCellsKind ? new CellNetwork(manifest, files, device) : new RowNetwork(manifest, files, device);

    /// <summary>Whether what it says of a row is so little that a table's can be kept; if not, it is asked again when they are drawn.</summary>
    internal abstract bool KeepsDescriptions { get; }

    /// <summary>Numbers by which it describes a row.</summary>
    internal abstract int DescriptionWidth(int features);

    /// <summary>Most context rows of a pass; from a longer table each pass draws its own.</summary>
    internal abstract int MostContext(int features);

    /// <summary>Most query rows of a pass.</summary>
    internal abstract int MostQuery(int context, int features);

    /// <summary>Numbers that a pass holds at a time, about.</summary>
    internal abstract double Floats(double context, double query, int features);

    /// <summary>One pass over context and query rows.</summary>
    /// <param name="context">The context.</param>
    /// <param name="labels">Classes of its rows from 0; the network's number of classes for a row without a label.</param>
    /// <param name="query">The rows asked.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="start">What regressions say of the same rows; null if nobody asked them yet.</param>
    /// <param name="random">The run's random numbers, and</param>
    /// <param name="number">the pass's number: whence columns have identities, of a network that tells them apart by such.</param>
    /// <param name="cancellation">Ends it early.</param>
    internal abstract PfnPass Forward(
        EncodedTable context, long[] labels, EncodedTable query, int classes, FlowStart? start, Philox random, int number, CancellationToken cancellation);

    /// <summary>Draws the missing cells of rows along the flow, [N, F]; the arguments are <see cref="PfnModel.Sample"/>'s.</summary>
    internal abstract float[] Sample(
        EncodedTable rows, float[] noise, RowDescriptions described, PfnPass pass, float[] attended, float[] spread, CancellationToken cancellation);

    /// <summary>What regressions on the context say of missing cells.</summary>
    internal FlowStart Start(EncodedTable context, EncodedTable query, CancellationToken cancellation)
    {
        long features = context.Columns;
        using var contextValues = Matrix(context.Values, context.Rows);
        using var contextObserved = Matrix(context.Observed, context.Rows);
        using var queryValues = Matrix(query.Values, query.Rows);
        using var queryObserved = Matrix(query.Observed, query.Rows);
        var results = Run(
            _baseline, [contextValues, contextObserved, queryValues, queryObserved],
            [context.Rows * features, query.Rows * features, features], cancellation);
        return new FlowStart(results[0], results[1], results[2]);
    }

    /// <summary>Keeps the sessions open until what is returned is disposed of.</summary>
    internal SharedUse.Use Enter() => _use.Enter();

    /// <summary>Closes them; what is in progress goes on to its end.</summary>
    internal void Close() => _use.Close();

    /// <summary>Opens a graph.</summary>
    /// <param name="name">Its file.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="optional">What it may take besides: all of it or nothing.</param>
    /// <param name="outputs">What it gives.</param>
    protected OpenGraph Open(string name, string[] inputs, string[] optional, string[] outputs)
    {
        // A plan of a pass over cells takes more than the pass does: 715 MB where 592 do, of 540 rows of 39 columns.
        var session = SessionFactory.Create(_files.Graph(name), _device, plansMemory: false);
        _sessions.Add(session);
        if (optional.Any(input => session.InputNames.Contains(input))) inputs = [.. inputs, .. optional];
        GraphPorts.RequireNames(name, session, inputs, outputs);
        return new OpenGraph(name, session, inputs, outputs);
    }

    /// <summary>Rows of numbers.</summary>
    protected static OrtValue Matrix(float[] numbers, long rows) =>
        OrtValue.CreateTensorValueFromMemory(numbers, [rows, numbers.Length / rows]);

    /// <summary>A graph's outputs, each of which must have the number of elements that is known beforehand.</summary>
    protected static float[][] Run(OpenGraph graph, OrtValue[] inputs, long[] lengths, CancellationToken cancellation)
    {
        using var run = new GraphRun(cancellation);
        run.GiveMemoryBack();
        try
        {
            using var results = graph.Session.Run(run.Options, graph.Inputs, inputs, graph.Outputs);
            return
            [
                .. results.Select((result, i) =>
                    Floats(result, lengths[i])
                        ?? throw new BundleException(
                            $"{graph.FileName}: '{graph.Outputs[i]}' is not of {lengths[i]} single-precision numbers; export the bundle again.")),
            ];
        }
        catch (OnnxRuntimeException e)
        {
            throw run.Explain(graph.FileName, e);
        }
    }

    private static float[]? Floats(OrtValue value, long length)
    {
        if (!value.IsTensor) return null;
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.Float && info.ElementCount == length ? value.GetTensorDataAsSpan<float>().ToArray() : null;
    }

    /// <summary>A graph that is open, and what goes into it and comes out.</summary>
    protected sealed record OpenGraph(string FileName, InferenceSession Session, string[] Inputs, string[] Outputs);
}
