using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Bench.Graphs;

/// <summary>A sweep of fixed trajectory length by the runtime's own kernel, one graph call for each leapfrog step.</summary>
internal sealed class HostDrivenSweep : IDisposable
{
    private readonly BoundDensity _latent;
    private readonly BoundDensity _missing;
    private readonly BoundGraph _generator;
    private readonly HamiltonianKernel _latentKernel;
    private readonly HamiltonianKernel _missingKernel;
    private readonly HamiltonianState _latentState;
    private readonly HamiltonianState _missingState;
    private readonly float[] _missingScale;
    private readonly float[] _stepSize;
    private readonly float[] _uniform;
    private readonly int _leapfrogSteps;

    public HostDrivenSweep(MissBgmWeights weights, int rows, int leapfrogSteps, IReadOnlyDictionary<string, float> filled)
    {
        var (d, p) = (weights.Generator.LatentDimension(), weights.Generator.Columns());
        _latent = new BoundDensity(new BoundGraph(LatentGradientGraph.Build(weights.Generator), rows, filled), "z", rows, d);
        _missing = new BoundDensity(new BoundGraph(MissingGradientGraph.Build(weights.Mask), rows, filled), "x", rows, p);
        _generator = new BoundGraph(GeneratorGraph.Build(weights.Generator), rows, filled);
        (_latentState, _missingState) = (new HamiltonianState(rows, d), new HamiltonianState(rows, p));
        var latentScale = new float[rows * d];
        _missingScale = new float[rows * p];
        _latentKernel = new HamiltonianKernel(_latent, new Leapfrog(_latent, new DiagonalMetric(latentScale, d)));
        _missingKernel = new HamiltonianKernel(_missing, new Leapfrog(_missing, new DiagonalMetric(_missingScale, p)));
        (_stepSize, _uniform) = (new float[rows], new float[rows]);
        Array.Fill(latentScale, 1);
        Array.Fill(_stepSize, filled["latent_step_size"]);
        Array.Fill(_uniform, 0.5f);
        _leapfrogSteps = leapfrogSteps;
    }

    public void Run()
    {
        _missingState.Position.CopyTo(_latent.Graph["x"], 0);
        _latentState.Refresh(_latent);
        _latentKernel.Step(_latentState, _latent.Noise(), _uniform, _stepSize, _leapfrogSteps);

        _latentState.Position.CopyTo(_generator["z"], 0);
        _generator.Run();
        _generator["mean"].CopyTo(_missing.Graph["mean"], 0);
        _generator["variance"].CopyTo(_missing.Graph["variance"], 0);
        for (var i = 0; i < _missingScale.Length; i++) _missingScale[i] = _missing.Graph["observed"][i] == 0 ? MathF.Sqrt(_generator["variance"][i]) : 0;
        _missingState.Refresh(_missing);
        _missingKernel.Step(_missingState, _missing.Noise(), _uniform, _stepSize, _leapfrogSteps);
    }

    public void Dispose()
    {
        _latent.Graph.Dispose();
        _missing.Graph.Dispose();
        _generator.Dispose();
    }

    private sealed class BoundDensity(BoundGraph graph, string variable, int rows, int dimension) : IBatchDensity
    {
        private readonly float[] _noise = [.. Enumerable.Repeat(0.5f, rows * dimension)];
        private readonly float[] _momentum = new float[rows * dimension];

        public BoundGraph Graph => graph;

        public int Rows => rows;

        public int Dimension => dimension;

        public float[] Position => graph[variable];

        public float[] LogDensity => graph["log_density"];

        public float[] Gradient => graph["gradient"];

        public void Evaluate() => graph.Run();

        public float[] Noise()
        {
            _noise.CopyTo(_momentum, 0);
            return _momentum;
        }
    }
}
