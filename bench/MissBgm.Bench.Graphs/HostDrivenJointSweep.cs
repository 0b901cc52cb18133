using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Bench.Graphs;

/// <summary>A joint update of z and the missing values by the runtime's own kernel with a diagonal metric, one call of posterior_gradient for each leapfrog step.</summary>
internal sealed class HostDrivenJointSweep : IDisposable
{
    private readonly JointDensity density;
    private readonly HamiltonianKernel kernel;
    private readonly HamiltonianState state;
    private readonly float[] momentum;
    private readonly float[] stepSize;
    private readonly float[] uniform;
    private readonly int leapfrogSteps;

    public HostDrivenJointSweep(MissBgmWeights weights, int rows, int leapfrogSteps, IReadOnlyDictionary<string, float> filled)
    {
        density = new JointDensity(new BoundGraph(PosteriorGradientGraph.Build(weights), rows, filled), rows, weights.Generator.LatentDimension(), weights.Generator.Columns());
        var units = new float[rows * density.Dimension];
        Array.Fill(units, 1);
        kernel = new HamiltonianKernel(density, new Leapfrog(density, new DiagonalMetric(units, density.Dimension)));
        state = new HamiltonianState(rows, density.Dimension, weights.Generator.Columns());
        (momentum, stepSize, uniform) = (new float[units.Length], new float[rows], new float[rows]);
        Array.Fill(stepSize, filled["step_size"]);
        Array.Fill(uniform, 0.5f);
        this.leapfrogSteps = leapfrogSteps;
        state.Refresh(density);
    }

    public void Run()
    {
        Array.Fill(momentum, 0.5f);
        kernel.Step(state, momentum, uniform, stepSize, leapfrogSteps);
    }

    public void Dispose() => density.Dispose();

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
