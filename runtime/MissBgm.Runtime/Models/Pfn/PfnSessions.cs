using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// The sessions over a PFN-Flow bundle's graphs, for any number of threads; closed when the last of those that use them is done.
/// </summary>
internal sealed class PfnSessions
{
    internal static readonly string[] ForwardInputs = ["context_values", "context_observed", "context_labels", "query_values", "query_observed", "classes"];
    internal static readonly string[] ForwardOutputs = ["probabilities", "context_embedding", "query_embedding", "location", "scale"];
    internal static readonly string[] StartInputs = ["context_values", "context_observed", "query_values", "query_observed"];
    internal static readonly string[] StartOutputs = ["context_mean", "query_mean", "spread"];
    internal static readonly string[] SampleInputs =
        ["noise", "values", "observed", "location", "scale", "mean", "spread", "row_embedding", "context_embedding"];
    internal static readonly string[] SampleOutputs = ["samples"];
    private readonly SharedUse _use;

    /// <summary>Opens the graphs, and checks what goes into them and comes out.</summary>
    /// <exception cref="BundleException">A graph cannot be run, or is none of this kind of bundle.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    internal PfnSessions(BundleFiles files, ComputeDevice device)
    {
        Pfn = Open(PfnFiles.Pfn, ForwardInputs, ForwardOutputs);
        Baseline = Open(PfnFiles.FlowBaseline, StartInputs, StartOutputs);
        Sampler = Open(PfnFiles.FlowSampler, SampleInputs, SampleOutputs);
        _use = new SharedUse(this, Free);

        InferenceSession Open(string name, string[] inputs, string[] outputs)
        {
            var session = SessionFactory.Create(files.Graph(name), device);
            GraphPorts.RequireNames(name, session, inputs, outputs);
            return session;
        }
    }

    /// <summary>Embeds rows and tells classes.</summary>
    internal InferenceSession Pfn { get; }

    /// <summary>Where the flow starts from.</summary>
    internal InferenceSession Baseline { get; }

    /// <summary>Draws along the flow.</summary>
    internal InferenceSession Sampler { get; }

    /// <summary>Keeps the sessions open until what is returned is disposed of.</summary>
    internal SharedUse.Use Enter() => _use.Enter();

    /// <summary>Closes them; what is in progress goes on to its end.</summary>
    internal void Close() => _use.Close();

    private void Free()
    {
        Pfn.Dispose();
        Baseline.Dispose();
        Sampler.Dispose();
    }
}
