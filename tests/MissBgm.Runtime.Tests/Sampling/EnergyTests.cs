using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Paper;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Sampling;

public sealed class EnergyTests
{
    /// <summary>
    /// Of a normal target with k coordinates that move, kinetic and potential energy are each half a chi-squared variable of k degrees of
    /// freedom, so the energy's variance is k. Here k = 2 (z and one missing cell); momenta of the nine observed cells would make it 6.5.
    /// Over 64 independent rows and 400 draws the estimate's standard error is below 0.1.
    /// </summary>
    [Fact]
    public void The_energy_is_of_what_moves()
    {
        const int Rows = 64;
        const int P = 10;
        var loadings = new double[P, 1];
        for (var j = 0; j < P; j++) loadings[j, 0] = 0.3;
        var settings = new InferenceSettings { Beta = 0 };
        using var model = new TestModel(
            TestModel.LinearGaussian(loadings, new double[P], Enumerable.Repeat(0.5, P).ToArray()), 1, TestModel.Columns(P), settings);
        using var sessions = new ModelSessions(Bundle.Load(model.Path), ComputeDevice.Cpu);
        var observed = Enumerable.Range(0, Rows * P).Select(i => i % P == 0 ? 0f : 1f).ToArray();
        var stacked = new StackedRows(new Philox(1), Enumerable.Range(0, Rows).ToArray(), 1);
        var mode = new StartingPoint(Enumerable.Range(0, Rows).ToArray(), observed, new float[Rows], new float[Rows * P], 0);
        var bound = new Model(sessions, 1, P, []);
        using var sweep = new JointSweep(bound, stacked, settings, ChainStarts.Disperse(bound, stacked, mode));
        var energies = Enumerable.Range(0, Rows).Select(_ => new List<double>()).ToArray();
        for (var step = 0; step < 600; step++)
        {
            sweep.Run(step, adapt: step < 200);
            if (step == 199) sweep.Freeze();
            for (var row = 0; row < Rows && step >= 200; row++) energies[row].Add(sweep.Energy![row]);
        }

        Assert.InRange(energies.Average(row => row.Average(e => (e - row.Average()) * (e - row.Average()))), 1.6, 2.4);
    }
}
