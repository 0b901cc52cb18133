using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Densities;

/// <summary>Bernoulli and Categorical columns given their logits (MissBGM Section 4.1).</summary>
public static class DiscreteDensity
{
    /// <summary>Sum over discrete columns of log p(x_j | z).</summary>
    /// <param name="x">Encoded discrete columns, [N, sum of widths].</param>
    /// <param name="logits">[N, sum of widths].</param>
    /// <param name="widths">Logits of each column: 1 for Bernoulli, k for k categories.</param>
    /// <returns>[N].</returns>
    public static Tensor Log(Tensor x, Tensor logits, IReadOnlyList<int> widths) => Split(x, widths)
        .Zip(Split(logits, widths), (value, logit) => logit.Shape[1].IsOne
            ? (value * logit - logit.Softplus()).Sum(1)
            : (value * logit.LogSoftmax()).Sum(1))
        .Aggregate((total, column) => total + column);

    /// <summary>A draw of one discrete column by inversion.</summary>
    /// <param name="logits">[N, width].</param>
    /// <param name="uniform">[N, 1].</param>
    /// <returns>[N, width]: 0 or 1 for Bernoulli, one-hot for Categorical.</returns>
    public static Tensor Draw(Tensor logits, Tensor uniform)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var width = logits.Shape[1].Size!.Value;
        if (width == 1) return uniform.Less(logits.Sigmoid()).Cast(ElementType.Real);

        // below[k] is 1 where u < p_0 + ... + p_k, k < width - 1; the last category takes what is left.
        var cumulative = new double[width * (width - 1)];
        for (var i = 0; i < width; i++)
        {
            for (var k = i; k < width - 1; k++) cumulative[i * (width - 1) + k] = 1;
        }

        var below = uniform.Less(logits.Softmax().MatMul(logits.Graph.Constant(cumulative, [width, width - 1]))).Cast(ElementType.Real);
        return 1 - (1 - below).Pad(1, 0, 1) - below.Pad(1, 1, 0);
    }

    /// <summary>The columns of each width, in order.</summary>
    public static IReadOnlyList<Tensor> Split(Tensor x, IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var starts = widths.Select((_, i) => (long)widths.Take(i).Sum());
        return [.. starts.Zip(widths, (start, width) => x.Slice(1, start, start + width))];
    }
}
