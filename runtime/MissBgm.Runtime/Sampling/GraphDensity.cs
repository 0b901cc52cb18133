using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Sampling;

/// <summary>A log density and its gradient computed by a graph.</summary>
internal sealed class GraphDensity : IBatchDensity, IDisposable
{
    private readonly GraphCall _call;

    /// <summary>Makes the buffers, then binds a graph to them.</summary>
    internal GraphDensity(int rows, int dimension, Func<GraphDensity, GraphCall> bind)
    {
        (Rows, Dimension) = (rows, dimension);
        Position = new float[rows * dimension];
        Gradient = new float[rows * dimension];
        LogDensity = new float[rows];
        _call = bind(this);
    }

    public int Rows { get; }

    public int Dimension { get; }

    public float[] Position { get; }

    public float[] LogDensity { get; }

    public float[] Gradient { get; }

    public void Evaluate() => _call.Run();

    public void Dispose() => _call.Dispose();
}
