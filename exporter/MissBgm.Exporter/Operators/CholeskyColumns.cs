using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>
/// The Cholesky factor C of small positive definite matrices A = C C', unrolled over their columns: column k from its diagonal down, [B, d
/// - k, 1]. The order of the operations is that of the runtime's own factorisation. No derivative flows through it in practice: the factor
/// serves proposals.
/// </summary>
internal sealed class CholeskyColumns
{
    // The smallest pivot, as a share of the trace.
    private const double Floor = 1e-7;

    private readonly Tensor[] _columns;

    private CholeskyColumns(Tensor[] columns) => _columns = columns;

    /// <summary>d.</summary>
    private int Size => _columns.Length;

    /// <summary>Factors matrices in double precision.</summary>
    /// <param name="matrix">[B, d, d].</param>
    public static CholeskyColumns Of(Tensor matrix)
    {
        var rest = matrix.Cast(ElementType.Double);
        var d = (int)rest.Shape[1].Size!.Value;
        var diagonal = Enumerable.Range(0, d).Select(k => Part(rest, k, k + 1, k, k + 1)).ToArray();
        var floor = diagonal.Select(entry => Floor * entry.Abs()).Aggregate((sum, entry) => sum + entry);
        var columns = new Tensor[d];
        for (var k = 0; k < d; k++)
        {
            var size = d - k;
            var pivot = Part(rest, 0, 1, 0, 1).Max(floor).Sqrt();
            if (size == 1)
            {
                columns[k] = pivot;
                break;
            }

            var below = Part(rest, 1, size, 0, 1) / pivot;
            columns[k] = new[] { pivot, below }.Concat(1);
            rest = Part(rest, 1, size, 1, size) - below * below.SwapLastAxes();
        }

        return new CholeskyColumns(columns);
    }

    /// <summary>The factor as a matrix, [B, d, d], 0 above the diagonal.</summary>
    public Tensor Matrix => _columns.Select((column, k) => column.Pad(1, k, 0)).ToArray().Concat(2);

    /// <summary>The factor that a matrix is, [B, d, d].</summary>
    public static CholeskyColumns From(Tensor matrix)
    {
        var d = (int)matrix.Shape[1].Size!.Value;
        return new([.. Enumerable.Range(0, d).Select(k => Part(matrix, k, d, k, k + 1))]);
    }

    /// <summary>The sum of the logarithms of the diagonal, half of log det A, [B].</summary>
    public Tensor HalfLogDeterminant() => _columns.Select(Pivot).Select(pivot => pivot.Log()).Aggregate((sum, term) => sum + term).Squeeze(1);

    /// <summary>
    /// A^-1 b by elimination without pivots, as positive definite matrices allow: a third of the nodes of a factorisation.
    /// </summary>
    /// <param name="matrix">[B, d, d].</param>
    /// <param name="b">[B, d], in double precision.</param>
    public static Tensor Solve(Tensor matrix, Tensor b)
    {
        // Each step makes the first row the last one, with a 1 on the diagonal, and drops the first column.
        var rows = new[] { matrix.Cast(ElementType.Double), b.Unsqueeze(2) }.Concat(2);
        var d = matrix.Shape[1].Size!.Value;
        for (var width = d + 1; width > 1; width--)
        {
            var first = rows.Slice(1, 0, 1);
            var scaled = first.Slice(2, 1, width) / first.Slice(2, 0, 1);
            if (d > 1)
            {
                var others = rows.Slice(1, 1, d);
                rows = new[] { others.Slice(2, 1, width) - others.Slice(2, 0, 1) * scaled, scaled }.Concat(1);
            }
            else
            {
                rows = scaled;
            }
        }

        return rows.Squeeze(2);
    }

    /// <summary>C'^-1 b: turns standard normal numbers into ones of precision A.</summary>
    /// <param name="b">[B, d], in double precision.</param>
    public Tensor SolveTransposed(Tensor b)
    {
        Tensor? solved = null;
        for (var k = Size - 1; k >= 0; k--)
        {
            var entry = b.Slice(1, k, k + 1);
            if (solved is not null) entry -= (Below(_columns[k]) * solved).Sum(1, keepAxis: true);
            entry /= Pivot(_columns[k]);
            solved = solved is null ? entry : new[] { entry, solved }.Concat(1);
        }

        return solved!;
    }

    private static Tensor Pivot(Tensor column) => column.Squeeze(2).Slice(1, 0, 1);

    private static Tensor Below(Tensor column) => column.Squeeze(2).Slice(1, 1, column.Shape[1].Size!.Value);

    private static Tensor Part(Tensor x, long row, long rowEnd, long column, long columnEnd) => x.Slice(1, row, rowEnd).Slice(2, column, columnEnd);
}
