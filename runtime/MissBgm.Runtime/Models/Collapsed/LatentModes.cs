using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// The mode of each row's z under the collapsed density, and the Cholesky factor C of its precision there, Lambda = C C'; of a mixture
/// under each of its M members, member after member, so that N = M * rows.
/// </summary>
/// <param name="Latent">Modes, row-major [N, d].</param>
/// <param name="Factors">Lower triangular C, row-major [N, d, d].</param>
/// <param name="LogDensity">The log density there, [N].</param>
internal sealed record LatentModes(float[] Latent, double[] Factors, double[] LogDensity)
{
    private const int MostEvaluations = 60;
    private const double Shrinkage = 0.3;
    private const double SmallestStep = 0.01;
    private const double SmallestGain = 1e-5;

    /// <summary>Climbs from a start by damped Newton steps, each row at its own pace.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="values">Observed values, row-major [rows, p].</param>
    /// <param name="observed">r, row-major [rows, p].</param>
    /// <param name="start">Where to start, row-major [rows, d].</param>
    /// <param name="rowNumbers">The rows' numbers in the table, for messages.</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <exception cref="NumericalException">The density of a row is not finite.</exception>
    internal static LatentModes Find(Model model, float[] values, float[] observed, float[] start, int[] rowNumbers, CancellationToken cancellation)
    {
        var (rows, d) = (rowNumbers.Length, model.LatentDimension);
        var n = rows * model.Members;
        var modes = new LatentModes(new float[n * d], new double[n * d * d], new double[n]);
        var climbs = Enumerable.Range(0, n).Select(i => new RowClimb(modes, i, d)).ToArray();
        foreach (var piece in MemberPiece.Cut(rows, model.Members))
        {
            Climb(model, piece, climbs.AsSpan(piece.First * rows, piece.Count * rows), (values, observed, start), rowNumbers, cancellation);
        }

        return modes;
    }

    // Climbs a piece's rows, members after members.
    private static void Climb(
        Model model,
        MemberPiece piece,
        Span<RowClimb> climbs,
        (float[] Values, float[] Observed, float[] Start) table,
        int[] rowNumbers,
        CancellationToken cancellation)
    {
        var (n, d, p) = (climbs.Length, model.LatentDimension, model.Columns);
        var z = RowMajor.Repeat(table.Start, piece.Count);
        var (logDensity, gradient, precision) = (new float[n], new float[n * d], new float[n * d * d]);
        using var call = model.Sessions.Bind(
            GraphFiles.CollapsedLatent,
            [
                .. model.MemberInput(piece.Of(rowNumbers.Length)),
                new("z", z, n, d),
                new("x", RowMajor.Repeat(table.Values, piece.Count), n, p),
                new("observed", RowMajor.Repeat(table.Observed, piece.Count), n, p),
                new("log_density", logDensity, n), new("gradient", gradient, n, d), new("precision", precision, n, d, d),
            ]);
        var active = true;
        for (var evaluation = 0; evaluation < MostEvaluations && active; evaluation++)
        {
            cancellation.ThrowIfCancellationRequested();
            call.Run();
            if (evaluation == 0) RequireFinite(logDensity, rowNumbers);
            active = false;
            for (var row = 0; row < n; row++)
            {
                var climb = climbs[row];
                var at = z.AsSpan(row * d, d);
                if (climb.Active) climb.Judge(at, logDensity[row], gradient.AsSpan(row * d, d), precision.AsSpan(row * d * d, d * d));
                climb.Propose(at);
                active |= climb.Active;
            }
        }
    }

    /// <summary>log p(x_obs, r) of a row under a member, up to a constant: the integral over z by Laplace's method.</summary>
    internal double LogEvidence(int index)
    {
        var d = Latent.Length / LogDensity.Length;
        var evidence = LogDensity[index];
        for (var k = 0; k < d; k++) evidence -= Math.Log(Factors[(index * d + k) * d + k]);
        return evidence;
    }

    private static void RequireFinite(float[] logDensity, int[] rowNumbers)
    {
        var fault = Array.FindIndex(logDensity, value => !float.IsFinite(value));
        if (fault < 0) return;
        throw new NumericalException(
            $"Data row {rowNumbers[fault % rowNumbers.Length]}: the log density of z is {logDensity[fault]}. The row's values may be "
            + "far from all the model was fitted to; check them, or fit again.");
    }

    /// <summary>One row's climb under one member, whose best point is kept among the modes.</summary>
    private sealed class RowClimb(LatentModes modes, int index, int d)
    {
        private readonly double[] _direction = new double[d];
        private double _length;
        private double _value = double.NegativeInfinity;

        private Span<float> Position => modes.Latent.AsSpan(index * d, d);

        private Span<double> Factor => modes.Factors.AsSpan(index * d * d, d * d);

        public bool Active { get; private set; } = true;

        public void Judge(ReadOnlySpan<float> at, float value, ReadOnlySpan<float> gradient, ReadOnlySpan<float> precision)
        {
            // Float32's rounding of a sum of p terms.
            if (double.IsNegativeInfinity(_value) || value >= _value - 1e-6 * (1 + Math.Abs(_value)))
            {
                Accept(at, value, gradient, precision);
                return;
            }

            _length *= Shrinkage;
            Active = _length >= SmallestStep;
        }

        private void Accept(ReadOnlySpan<float> at, float value, ReadOnlySpan<float> gradient, ReadOnlySpan<float> precision)
        {
            at.CopyTo(Position);
            (_value, modes.LogDensity[index], _length) = (value, value, 1);
            Cholesky.Factor(precision, Factor, d);
            for (var k = 0; k < d; k++) _direction[k] = gradient[k];
            Cholesky.Solve(Factor, d, _direction);
            var gain = 0.0;
            for (var k = 0; k < d; k++) gain += gradient[k] * _direction[k];
            Active = gain > SmallestGain;
        }

        // Where to evaluate next; a row at rest stays.
        public void Propose(Span<float> at)
        {
            var position = Position;
            for (var k = 0; k < d; k++) at[k] = Active ? (float)(position[k] + _length * _direction[k]) : position[k];
        }
    }
}
