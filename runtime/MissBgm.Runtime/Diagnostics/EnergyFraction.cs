namespace MissBgm.Runtime.Diagnostics;

/// <summary>
/// Each chain's estimated Bayesian fraction of missing information (E-BFMI; Betancourt 2016): the mean squared change of energy between
/// draws over the energy's variance, summed up as the draws come.
/// </summary>
/// <param name="chains">Number of chains.</param>
internal sealed class EnergyFraction(int chains)
{
    private readonly double[] _last = new double[chains];
    private readonly double[] _mean = new double[chains];
    private readonly double[] _squares = new double[chains];
    private readonly double[] _changes = new double[chains];
    private int _count;

    /// <summary>Takes the energies of one draw, [chains].</summary>
    internal void Add(double[] energies)
    {
        _count++;
        for (var chain = 0; chain < chains; chain++)
        {
            var energy = energies[chain];
            if (_count > 1) _changes[chain] += (energy - _last[chain]) * (energy - _last[chain]);
            var deviation = energy - _mean[chain];
            _mean[chain] += deviation / _count;
            _squares[chain] += deviation * (energy - _mean[chain]);
            _last[chain] = energy;
        }
    }

    /// <summary>A chain's fraction; NaN for fewer than two draws.</summary>
    internal double Of(int chain) => _count > 1 ? _changes[chain] / _squares[chain] : double.NaN;
}
