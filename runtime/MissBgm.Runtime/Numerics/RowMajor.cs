namespace MissBgm.Runtime.Numerics;

/// <summary>Row-major matrices in flat arrays.</summary>
internal static class RowMajor
{
    /// <summary>Chosen rows of a matrix, [rows, width].</summary>
    internal static float[] Gather(float[] source, int[] rows, int width)
    {
        var gathered = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++) source.AsSpan(rows[i] * width, width).CopyTo(gathered.AsSpan(i * width));
        return gathered;
    }

    /// <summary>A matrix, once below the other.</summary>
    internal static float[] Repeat(float[] source, int times)
    {
        var repeated = new float[source.Length * times];
        for (var i = 0; i < times; i++) source.CopyTo(repeated, i * source.Length);
        return repeated;
    }

    /// <summary>Row-wise concatenation of [rows, a] and [rows, b].</summary>
    internal static void Join(float[] first, float[] second, float[] joined, int rows)
    {
        var (a, b) = (first.Length / rows, second.Length / rows);
        for (var row = 0; row < rows; row++)
        {
            first.AsSpan(row * a, a).CopyTo(joined.AsSpan(row * (a + b)));
            second.AsSpan(row * b, b).CopyTo(joined.AsSpan(row * (a + b) + a));
        }
    }

    /// <summary>The inverse of <see cref="Join"/>.</summary>
    internal static void Split(float[] joined, float[] first, float[] second, int rows)
    {
        var (a, b) = (first.Length / rows, second.Length / rows);
        for (var row = 0; row < rows; row++)
        {
            joined.AsSpan(row * (a + b), a).CopyTo(first.AsSpan(row * a));
            joined.AsSpan(row * (a + b) + a, b).CopyTo(second.AsSpan(row * b));
        }
    }
}
