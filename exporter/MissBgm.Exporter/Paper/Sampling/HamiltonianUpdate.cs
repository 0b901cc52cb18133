using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Sampling;

/// <summary>A block of coordinates that an HMC update moves.</summary>
/// <param name="Start">Where the rows stand, [N, k].</param>
/// <param name="Momentum">Standard normal noise, [N, k].</param>
/// <param name="Metric">The coordinates' units.</param>
internal sealed record MovedBlock(Tensor Start, Tensor Momentum, Metric Metric);

/// <summary>
/// One Hamiltonian Monte Carlo update of N independent rows as graph (Neal 2011; MissBGM Section 4.3): L leapfrog steps, unrolled, and the
/// accept/reject decision. The same arithmetic as the runtime's own kernel, energies in the graph's precision.
/// </summary>
internal sealed class HamiltonianUpdate
{
    /// <summary>Above this energy error a trajectory has diverged (Stan's threshold).</summary>
    public const double DivergenceThreshold = 1000;

    /// <summary>What the step size input of every update says.</summary>
    public const string StepSizeDocumentation =
        "Leapfrog step size, [N]; vary it from sweep to sweep, or trajectories of one length resonate (Neal 2011, Section 5.3.2).";

    /// <summary>The trajectory's end, accepted or not; [N, k] for each block.</summary>
    public required IReadOnlyList<Tensor> End { get; init; }

    /// <summary>Where the update leaves the rows; [N, k] for each block.</summary>
    public required IReadOnlyList<Tensor> Position { get; init; }

    /// <summary>Log density at the position, [N].</summary>
    public required Tensor LogDensity { get; init; }

    /// <summary>Energy at the position, with the momentum the update leaves it with, [N].</summary>
    public required Tensor Energy { get; init; }

    /// <summary>Probability of acceptance, [N].</summary>
    public required Tensor Acceptance { get; init; }

    /// <summary>Whether the end was accepted, [N].</summary>
    public required Tensor Accepted { get; init; }

    /// <summary>Whether the energy error exceeds the threshold or is not a number, [N].</summary>
    public required Tensor Divergent { get; init; }

    /// <summary>Adds the update to the graph.</summary>
    /// <param name="blocks">What moves.</param>
    /// <param name="logDensity">The targets: a position, [N, k] for each block, to log densities [N].</param>
    /// <param name="stepSize">Leapfrog step size of each row, [N].</param>
    /// <param name="uniform">Uniform numbers of the accept/reject decision, [N].</param>
    /// <param name="leapfrogSteps">Leapfrog steps L of the trajectory.</param>
    public static HamiltonianUpdate Apply(
        IReadOnlyList<MovedBlock> blocks, Func<IReadOnlyList<Tensor>, Tensor> logDensity, Tensor stepSize, Tensor uniform, int leapfrogSteps)
    {
        var step = stepSize.Unsqueeze(1);
        Tensor[] position = [.. blocks.Select(block => block.Start)];
        Tensor[] momentum = [.. blocks.Select(block => block.Momentum)];
        void Kick(Tensor size)
        {
            var density = logDensity(position);
            for (var i = 0; i < blocks.Count; i++) momentum[i] += blocks[i].Metric.Pull(size, density.Gradient(position[i]));
        }

        Kick(0.5 * step);
        for (var i = 1; i <= leapfrogSteps; i++)
        {
            position = [.. blocks.Select((block, k) => position[k] + block.Metric.Velocity(step, momentum[k]))];
            Kick(i < leapfrogSteps ? step : 0.5 * step);
        }

        Tensor[] start = [.. blocks.Select(block => block.Start)];
        var startEnergy = KineticEnergy(blocks.Select(block => block.Momentum)) - logDensity(start);
        var endEnergy = KineticEnergy(momentum) - logDensity(position);
        return Decide((start, logDensity(start), startEnergy), (position, logDensity(position), endEnergy), uniform);
    }

    /// <summary>The quantity that belongs to where the update leaves the rows, from its values at the start and at the end, [N, m].</summary>
    public Tensor Choose(Tensor atStart, Tensor atEnd) => Accepted.Unsqueeze(1).Where(atEnd, atStart);

    private static HamiltonianUpdate Decide(
        (Tensor[] Position, Tensor LogDensity, Tensor Energy) start, (Tensor[] Position, Tensor LogDensity, Tensor Energy) end, Tensor uniform)
    {
        var error = end.Energy - start.Energy;
        var finite = error.Abs().Less(float.MaxValue);
        // A trajectory that left the finite numbers is rejected as divergent.
        var acceptance = finite.Where((-error.Max(0)).Exp(), error.Graph.Constant(0));
        var accepted = uniform.Less(acceptance);
        return new HamiltonianUpdate
        {
            End = end.Position,
            Position = [.. end.Position.Zip(start.Position, (to, from) => accepted.Unsqueeze(1).Where(to, from))],
            LogDensity = accepted.Where(end.LogDensity, start.LogDensity),
            Energy = accepted.Where(end.Energy, start.Energy),
            Acceptance = acceptance,
            Accepted = accepted,
            Divergent = finite.And(error.Less(DivergenceThreshold)).Not(),
        };
    }

    private static Tensor KineticEnergy(IEnumerable<Tensor> momenta) =>
        0.5 * momenta.Select(momentum => momentum.Square().Sum(1)).Aggregate((total, block) => total + block);
}
