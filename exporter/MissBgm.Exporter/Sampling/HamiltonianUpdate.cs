using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Sampling;

/// <summary>What an HMC update draws on, besides the target: see <see cref="HamiltonianUpdate"/>.</summary>
/// <param name="Noise">Standard normal momenta, [N, k].</param>
/// <param name="Uniform">Uniform numbers of the accept/reject decision, [N].</param>
/// <param name="StepSize">Leapfrog step size of each row, [N].</param>
/// <param name="Scale">Unit of each coordinate, [N, k]; a coordinate of scale 0 does not move. Null for 1.</param>
/// <param name="LeapfrogSteps">Leapfrog steps L of the trajectory.</param>
internal sealed record HamiltonianInputs(Tensor Noise, Tensor Uniform, Tensor StepSize, Tensor? Scale, int LeapfrogSteps);

/// <summary>
/// One Hamiltonian Monte Carlo update of N independent rows as graph (Neal 2011; MissBGM Section 4.3): L leapfrog steps, unrolled, and the
/// accept/reject decision. The same arithmetic as the runtime's own kernel, energies in the graph's precision.
/// </summary>
internal sealed class HamiltonianUpdate
{
    /// <summary>Above this energy error a trajectory has diverged (Stan's threshold).</summary>
    public const double DivergenceThreshold = 1000;

    private HamiltonianUpdate(Tensor end, Tensor start, Tensor accepted) =>
        (End, Accepted, Position) = (end, accepted, accepted.Unsqueeze(1).Where(end, start));

    /// <summary>The position the update leaves, [N, k].</summary>
    public Tensor Position { get; }

    /// <summary>The trajectory's end, accepted or not, [N, k].</summary>
    public Tensor End { get; }

    /// <summary>Log density at the position, [N].</summary>
    public required Tensor LogDensity { get; init; }

    /// <summary>Energy at the position, with the momentum the update leaves it with, [N].</summary>
    public required Tensor Energy { get; init; }

    /// <summary>Probability of acceptance, [N].</summary>
    public required Tensor Acceptance { get; init; }

    /// <summary>Whether the end was accepted, [N].</summary>
    public Tensor Accepted { get; }

    /// <summary>Whether the energy error exceeds the threshold or is not a number, [N].</summary>
    public required Tensor Divergent { get; init; }

    /// <summary>Adds the update to the graph.</summary>
    /// <param name="start">Where the rows stand, [N, k].</param>
    /// <param name="logDensity">The targets: a position [N, k] to log densities [N].</param>
    /// <param name="inputs">Noise and step sizes.</param>
    public static HamiltonianUpdate Apply(Tensor start, Func<Tensor, Tensor> logDensity, HamiltonianInputs inputs)
    {
        var step = inputs.StepSize.Unsqueeze(1);
        var unit = inputs.Scale is null ? step : step * inputs.Scale;
        var (position, momentum) = (start, inputs.Noise);
        momentum += 0.5 * unit * logDensity(position).Gradient(position);
        for (var i = 1; i <= inputs.LeapfrogSteps; i++)
        {
            position += unit * momentum;
            momentum += (i < inputs.LeapfrogSteps ? unit : 0.5 * unit) * logDensity(position).Gradient(position);
        }

        return Decide(start, position, inputs, logDensity(start), logDensity(position), momentum);
    }

    private static HamiltonianUpdate Decide(Tensor start, Tensor end, HamiltonianInputs inputs, Tensor startDensity, Tensor endDensity, Tensor endMomentum)
    {
        var startEnergy = KineticEnergy(inputs.Noise) - startDensity;
        var endEnergy = KineticEnergy(endMomentum) - endDensity;
        var error = endEnergy - startEnergy;
        var finite = error.Abs().Less(float.MaxValue);
        // A trajectory that left the finite numbers is rejected as divergent.
        var acceptance = finite.Where((-error.Max(0)).Exp(), error.Graph.Constant(0));
        var accepted = inputs.Uniform.Less(acceptance);
        return new HamiltonianUpdate(end, start, accepted)
        {
            LogDensity = accepted.Where(endDensity, startDensity),
            Energy = accepted.Where(endEnergy, startEnergy),
            Acceptance = acceptance,
            Divergent = finite.And(error.Less(DivergenceThreshold)).Not(),
        };
    }

    private static Tensor KineticEnergy(Tensor momentum) => 0.5 * momentum.Square().Sum(1);
}
