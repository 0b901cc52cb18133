using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Bench.Graphs;

/// <summary>A sweep of fixed trajectory length by the runtime's own kernel, one graph call for each leapfrog step.</summary>
internal sealed class HostDrivenSweep : IDisposable
{
    private readonly BoundDensity latent;
    private readonly BoundDensity missing;
    private readonly BoundGraph generator;
    private readonly HamiltonianKernel latentKernel;
    private readonly HamiltonianKernel missingKernel;
    private readonly HamiltonianState latentState;
    private readonly HamiltonianState missingState;
    private readonly float[] missingScale;
    private readonly float[] stepSize;
    private readonly float[] uniform;
    private readonly int leapfrogSteps;

    public HostDrivenSweep(MissBgmWeights weights, int rows, int leapfrogSteps, IReadOnlyDictionary<string, float> filled)
    {
        var (d, p) = (weights.Generator.LatentDimension(), weights.Generator.Columns());
        latent = new BoundDensity(new BoundGraph(LatentGradientGraph.Build(weights.Generator), rows, filled), "z", rows, d);
        missing = new BoundDensity(new BoundGraph(MissingGradientGraph.Build(weights.Mask), rows, filled), "x", rows, p);
        generator = new BoundGraph(GeneratorGraph.Build(weights.Generator), rows, filled);
        (latentState, missingState) = (new HamiltonianState(rows, d), new HamiltonianState(rows, p));
        var latentScale = new float[rows * d];
        missingScale = new float[rows * p];
        latentKernel = new HamiltonianKernel(latent, new Leapfrog(latent, new DiagonalMetric(latentScale, d)));
        missingKernel = new HamiltonianKernel(missing, new Leapfrog(missing, new DiagonalMetric(missingScale, p)));
        (stepSize, uniform) = (new float[rows], new float[rows]);
        Array.Fill(latentScale, 1);
        Array.Fill(stepSize, filled["latent_step_size"]);
        Array.Fill(uniform, 0.5f);
        this.leapfrogSteps = leapfrogSteps;
    }

    public void Run()
    {
        missingState.Position.CopyTo(latent.Graph["x"], 0);
        latentState.Refresh(latent);
        latentKernel.Step(latentState, latent.Noise(), uniform, stepSize, leapfrogSteps);

        latentState.Position.CopyTo(generator["z"], 0);
        generator.Run();
        generator["mean"].CopyTo(missing.Graph["mean"], 0);
        generator["variance"].CopyTo(missing.Graph["variance"], 0);
        for (var i = 0; i < missingScale.Length; i++) missingScale[i] = missing.Graph["observed"][i] == 0 ? MathF.Sqrt(generator["variance"][i]) : 0;
        missingState.Refresh(missing);
        missingKernel.Step(missingState, missing.Noise(), uniform, stepSize, leapfrogSteps);
    }

    public void Dispose()
    {
        latent.Graph.Dispose();
        missing.Graph.Dispose();
        generator.Dispose();
    }

    private sealed class BoundDensity(BoundGraph graph, string variable, int rows, int dimension) : IBatchDensity
    {
        private readonly float[] noise = [.. Enumerable.Repeat(0.5f, rows * dimension)];
        private readonly float[] momentum = new float[rows * dimension];

        public BoundGraph Graph => graph;

        public int Rows => rows;

        public int Dimension => dimension;

        public float[] Position => graph[variable];

        public float[] LogDensity => graph["log_density"];

        public float[] Gradient => graph["gradient"];

        public void Evaluate() => graph.Run();

        public float[] Noise()
        {
            noise.CopyTo(momentum, 0);
            return momentum;
        }
    }
}
