using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>Draws every missing cell exactly given z, for a block of sweeps at once.</summary>
internal sealed class CellDrawer : IDisposable
{
    private readonly ScrambledDraws _numbers;
    private readonly int[] _missing;
    private readonly ScrambledSequence[] _selectionSequences;
    private readonly ScrambledSequence[] _noiseSequences;
    private readonly double[] _missingNoise;
    private readonly float[] _uniform;
    private readonly float[] _noise;
    private readonly float[] _draw;
    private readonly float[] _mean;
    private readonly float[] _deviation;
    private readonly GraphCall _conditional;

    /// <summary>Binds the graph.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="rows">The chains.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="coded">The rows' Gaussian columns.</param>
    /// <param name="kernel">Moves z and the members, which the cells are drawn given.</param>
    /// <param name="correlationChange">What is added to each column's correlation; null for nothing.</param>
    /// <param name="sweeps">B, sweeps of a block.</param>
    internal CellDrawer(
        Model model,
        StackedRows rows,
        ScrambledDraws numbers,
        EncodedTable coded,
        IndependenceKernel kernel,
        float[]? correlationChange,
        int sweeps)
    {
        var (n, d, p) = (rows.Count, model.LatentDimension, model.Columns);
        var observed = RowMajor.Repeat(coded.Observed, rows.Chains);
        (_numbers, Completed) = (numbers, RowMajor.Repeat(coded.Values, rows.Chains));
        var all = sweeps * n;
        (_uniform, _noise, _draw) = (new float[all * p], new float[all * p], new float[all * p]);
        (_mean, _deviation) = (new float[all * p], new float[all * p]);
        Array.Fill(_uniform, 0.5f);
        Moments = new ConditionalMoments(new float[n * p], new float[n * p]);
        _missing = [.. Enumerable.Range(0, n * p).Where(cell => observed[cell] == 0)];
        _missingNoise = new double[_missing.Length];
        var places = _missing.TakeWhile(cell => cell < numbers.TableRows * p).ToArray();
        _selectionSequences = numbers.Sequences(places, p, RandomPurpose.SelectionNoise);
        _noiseSequences = numbers.Sequences(places, p, RandomPurpose.CellNoise);
        _conditional = model.Sessions.Bind(
            correlationChange is null ? GraphFiles.MissingConditional : GraphFiles.Sensitivity,
            [
                .. model.MemberInput(kernel.Member),
                new("z", kernel.Latent, all, d),
                new("uniform", _uniform, all, p),
                new("noise", _noise, all, p),
                new("mean", _mean, all, p),
                new("standard_deviation", _deviation, all, p),
                new("draw", _draw, all, p),
                .. correlationChange is null ? [] : new GraphTensor[] { new("correlation_change", correlationChange, 1, p) },
            ]);
    }

    /// <summary>The completed rows of the sweep shown, row-major [N, p].</summary>
    internal float[] Completed { get; }

    /// <summary>The cells' moments given z in the sweep shown.</summary>
    internal ConditionalMoments Moments { get; }

    /// <summary>Draws the cells of all chains in every sweep of a block.</summary>
    internal void Draw(ReadOnlySpan<BlockSweep> sweeps)
    {
        for (var b = 0; b < sweeps.Length; b++)
        {
            var first = b * Completed.Length;
            _numbers.MoveTo(sweeps[b].Draw);
            _numbers.Fill(_missingNoise, _selectionSequences);
            for (var i = 0; i < _missing.Length; i++) _uniform[first + _missing[i]] = Math.Clamp((float)_missingNoise[i], 1e-9f, 1 - 1e-7f);
            _numbers.Fill(_missingNoise, _noiseSequences);
            StandardNormal.Quantiles(_missingNoise);
            for (var i = 0; i < _missing.Length; i++) _noise[first + _missing[i]] = (float)_missingNoise[i];
        }

        _conditional.Run();
    }

    /// <summary>Shows a sweep of the block.</summary>
    internal void Show(int sweep)
    {
        var first = sweep * Completed.Length;
        foreach (var cell in _missing)
        {
            Completed[cell] = _draw[first + cell];
            (Moments.Mean[cell], Moments.StandardDeviation[cell]) = (_mean[first + cell], _deviation[first + cell]);
        }
    }

    public void Dispose() => _conditional.Dispose();
}
