using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>Where a mixture's EM begins: k-means (Lloyd's steps from k-means++ seeds; Arthur and Vassilvitskii 2007) on completed rows.</summary>
internal static class MixtureStart
{
    private const int LloydSteps = 10;

    /// <summary>The clusters' means and statistics.</summary>
    public static (double[] Mean, ComponentStatistics Statistics)[] Assign(double[] rows, int p, int stride, MixtureSettings settings, ulong seed)
    {
        var n = rows.Length / p;
        var centres = Seeds(rows, p, settings.Components, new Philox(seed), settings.Start);
        var nearest = new int[n];
        for (var step = 0; step <= LloydSteps; step++)
        {
            for (var i = 0; i < n; i++) nearest[i] = Nearest(rows.AsSpan(i * p, p), centres).Index;
            if (step < LloydSteps) Centre(rows, p, nearest, centres);
        }

        return [.. centres.Select((centre, k) => (centre, Gather(rows, p, stride, centre, nearest, k)))];
    }

    private static double[][] Seeds(double[] rows, int p, int count, Philox philox, int start)
    {
        var n = rows.Length / p;
        var uniforms = new float[count];
        philox.Uniforms(uniforms, RandomPurpose.Initialisation, start, count, 0);
        var centres = new List<double[]> { rows.AsSpan((int)(uniforms[0] * n) * p, p).ToArray() };
        while (centres.Count < count)
        {
            var distances = Enumerable.Range(0, n).Select(i => Nearest(rows.AsSpan(i * p, p), [.. centres]).Distance).ToArray();
            var mark = uniforms[centres.Count] * distances.Sum();
            var pick = 0;
            while (pick < n - 1 && (mark -= distances[pick]) > 0) pick++;
            centres.Add(rows.AsSpan(pick * p, p).ToArray());
        }

        return [.. centres];
    }

    private static (int Index, double Distance) Nearest(ReadOnlySpan<double> row, double[][] centres)
    {
        var best = (Index: 0, Distance: double.PositiveInfinity);
        for (var k = 0; k < centres.Length; k++)
        {
            var distance = 0.0;
            for (var j = 0; j < row.Length; j++) distance += (row[j] - centres[k][j]) * (row[j] - centres[k][j]);
            if (distance < best.Distance) best = (k, distance);
        }

        return best;
    }

    private static void Centre(double[] rows, int p, int[] nearest, double[][] centres)
    {
        for (var k = 0; k < centres.Length; k++)
        {
            var (sum, count) = (new double[p], 0);
            for (var i = 0; i < nearest.Length; i++)
            {
                if (nearest[i] != k) continue;
                count++;
                for (var j = 0; j < p; j++) sum[j] += rows[i * p + j];
            }

            if (count > 0) centres[k] = Array.ConvertAll(sum, s => s / count);
        }
    }

    private static ComponentStatistics Gather(double[] rows, int p, int stride, double[] centre, int[] nearest, int k)
    {
        var (count, sum, squares) = (0, new double[stride], new double[p * stride]);
        for (var row = 0; row < nearest.Length; row++)
        {
            if (nearest[row] != k) continue;
            count++;
            for (var i = 0; i < p; i++)
            {
                var deviation = rows[row * p + i] - centre[i];
                sum[i] += deviation;
                for (var j = 0; j < p; j++) squares[i * stride + j] += deviation * (rows[row * p + j] - centre[j]);
            }
        }

        return new ComponentStatistics(count, sum, squares);
    }
}
