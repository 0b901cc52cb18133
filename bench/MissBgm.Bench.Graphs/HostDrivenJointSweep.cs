using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Bench.Graphs;

/// <summary>
/// A joint update of z and the missing values by the runtime's own kernel with a diagonal metric, one call of posterior_gradient for each
/// leapfrog step.
/// </summary>
internal sealed class HostDrivenJointSweep : IDisposable
{
    private readonly JointDensity _density;
    private readonly HamiltonianKernel _kernel;
    private readonly HamiltonianState _state;
    private readonly float[] _momentum;
    private readonly float[] _stepSize;
    private readonly float[] _uniform;
    private readonly int _leapfrogSteps;

    public HostDrivenJointSweep(MissBgmWeights weights, int rows, int leapfrogSteps, IReadOnlyDictionary<string, float> filled)
    {
        _density = new JointDensity(
            new BoundGraph(PosteriorGradientGraph.Build(weights), rows, filled), rows, weights.Generator.LatentDimension(),
            weights.Generator.Columns());
        var units = new float[rows * _density.Dimension];
        Array.Fill(units, 1);
        _kernel = new HamiltonianKernel(_density, new Leapfrog(_density, new DiagonalMetric(units, _density.Dimension)));
        _state = new HamiltonianState(rows, _density.Dimension, weights.Generator.Columns());
        (_momentum, _stepSize, _uniform) = (new float[units.Length], new float[rows], new float[rows]);
        Array.Fill(_stepSize, filled["step_size"]);
        Array.Fill(_uniform, 0.5f);
        _leapfrogSteps = leapfrogSteps;
        _state.Refresh(_density);
    }

    public void Run()
    {
        Array.Fill(_momentum, 0.5f);
        _kernel.Step(_state, _momentum, _uniform, _stepSize, _leapfrogSteps);
    }

    public void Dispose() => _density.Dispose();

    private sealed class JointDensity(BoundGraph graph, int rows, int latent, int columns) : IBatchDensity, IDisposable
    {
        public int Rows => rows;

        public int Dimension => latent + columns;

        public float[] Position { get; } = new float[rows * (latent + columns)];

        public float[] LogDensity => graph["log_density"];

        public float[] Gradient { get; } = new float[rows * (latent + columns)];

        public float[] Derived => graph["completed"];

        public void Evaluate()
        {
            for (var row = 0; row < rows; row++)
            {
                var position = Position.AsSpan(row * Dimension, Dimension);
                position[..latent].CopyTo(graph["z"].AsSpan(row * latent));
                position[latent..].CopyTo(graph["noise"].AsSpan(row * columns));
            }

            graph.Run();
            for (var row = 0; row < rows; row++)
            {
                graph["latent_gradient"].AsSpan(row * latent, latent).CopyTo(Gradient.AsSpan(row * Dimension));
                graph["noise_gradient"].AsSpan(row * columns, columns).CopyTo(Gradient.AsSpan(row * Dimension + latent));
            }
        }

        public void Dispose() => graph.Dispose();
    }
}
