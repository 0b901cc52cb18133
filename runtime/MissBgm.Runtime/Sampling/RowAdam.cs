namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Adam (Kingma and Ba 2015; b1 = 0.9, b2 = 0.99) on independent rows, ascending a log density. A row that no longer gets anywhere at its
/// learning rate has it halved, down to the final rate, and then rests.
/// </summary>
internal sealed class RowAdam
{
    /// <summary>The starting rate is 2^5 times the final one.</summary>
    private const int Halvings = 5;
    private const float FirstDecay = 0.9f;
    private const float SecondDecay = 0.99f;
    private readonly int _dimension;
    private readonly float _clip;
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _mark;
    private readonly float[] _rate;
    private readonly float _finalRate;
    private int _steps;

    internal RowAdam(float[] start, int dimension, double finalRate, double clip)
    {
        (_dimension, _clip, _finalRate) = (dimension, (float)clip, (float)finalRate);
        Value = start;
        _first = new float[start.Length];
        _second = new float[start.Length];
        _mark = (float[])start.Clone();
        _rate = new float[start.Length / dimension];
        Array.Fill(_rate, _finalRate * (1 << Halvings));
    }

    /// <summary>Where the rows stand, row-major [N, k].</summary>
    internal float[] Value { get; }

    /// <summary>One step of every row that does not rest.</summary>
    internal void Step(float[] gradient)
    {
        _steps++;
        var (firstBias, secondBias) = (1 - MathF.Pow(FirstDecay, _steps), 1 - MathF.Pow(SecondDecay, _steps));
        for (var row = 0; row < _rate.Length; row++)
        {
            if (_rate[row] == 0) continue;
            var clip = Clip(gradient.AsSpan(row * _dimension, _dimension));
            for (var i = row * _dimension; i < (row + 1) * _dimension; i++)
            {
                var g = clip * gradient[i];
                _first[i] = FirstDecay * _first[i] + (1 - FirstDecay) * g;
                _second[i] = SecondDecay * _second[i] + (1 - SecondDecay) * g * g;
                Value[i] += _rate[row] * (_first[i] / firstBias) / (MathF.Sqrt(_second[i] / secondBias) + 1e-8f);
            }
        }
    }

    /// <summary>
    /// Ends a pass of so many steps: a row whose every coordinate moved less than a tenth of what the steps could have carried it is
    /// halved.
    /// </summary>
    /// <returns>Whether each row rests, [N].</returns>
    internal bool[] EndPass(int steps)
    {
        var rests = new bool[_rate.Length];
        for (var row = 0; row < _rate.Length; row++)
        {
            var moved = 0f;
            for (var i = row * _dimension; i < (row + 1) * _dimension; i++) moved = Math.Max(moved, Math.Abs(Value[i] - _mark[i]));
            if (moved < 0.1f * steps * _rate[row]) _rate[row] = _rate[row] > _finalRate * 1.5f ? _rate[row] / 2 : 0;
            rests[row] = _rate[row] == 0;
        }

        Value.CopyTo(_mark, 0);
        return rests;
    }

    private float Clip(ReadOnlySpan<float> gradient)
    {
        var square = 0.0;
        foreach (var g in gradient) square += (double)g * g;
        var norm = (float)Math.Sqrt(square);
        return norm > _clip ? _clip / norm : 1;
    }
}
