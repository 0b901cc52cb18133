using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Graphs;

/// <summary>One worker's sessions over a MissBGM bundle's graphs; used by one thread at a time.</summary>
internal sealed class ModelSessions : IDisposable
{
    private readonly Bundle _bundle;
    private readonly ComputeDevice _device;
    private readonly TensorPlace _place;
    private readonly long[] _weightDraw = [0];
    private readonly Dictionary<string, InferenceSession> _sessions = new(StringComparer.Ordinal);

    internal ModelSessions(Bundle bundle, ComputeDevice device)
    {
        _bundle = bundle;
        (_device, _place) = (device, TensorPlace.Of(device));
    }

    /// <summary>Rank r of the low-rank part of x's covariance given z; 0 for a diagonal covariance.</summary>
    internal int CovarianceRank => _bundle.Manifest.CovarianceRank;

    /// <summary>Which weights of Bayesian networks every run uses from here on: 0 for their means, k for the k-th draw.</summary>
    internal int WeightDraw
    {
        get => (int)_weightDraw[0];
        set => _weightDraw[0] = value;
    }

    /// <summary>Ends runs early; set by whoever has the sessions in use.</summary>
    internal CancellationToken Cancellation { get; set; }

    /// <summary>Opens the sessions that imputation cannot do without, so that a fault shows before any work.</summary>
    internal void Open()
    {
        foreach (var fileName in GraphFiles.Required(_bundle.Manifest.Mechanism).Where(name => name != GraphFiles.Mask)) Session(fileName);
    }

    /// <summary>Binds arrays to one of the graphs; its session is opened when first needed.</summary>
    internal GraphCall Bind(string fileName, params ReadOnlySpan<GraphTensor> tensors) =>
        new(Session(fileName), fileName, _place, _weightDraw, Cancellation, tensors);

    private InferenceSession Session(string fileName)
    {
        if (!_sessions.TryGetValue(fileName, out var session))
        {
            session = SessionFactory.Create(_bundle.Graph(fileName), _device);
            _sessions.Add(fileName, session);
        }

        return session;
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values) session.Dispose();
    }
}
