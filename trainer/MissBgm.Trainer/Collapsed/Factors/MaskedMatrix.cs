using System.Numerics;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>
/// A standardised table in double precision, rows padded to whole vectors: the form the collapsed model's kernels read. Padding columns are
/// marked missing and carry zero; parameters that make them contribute exactly nothing are set beside them (<c>CollapsedModel</c>).
/// </summary>
internal sealed class MaskedMatrix
{
    /// <summary>Rows are padded to a multiple of this many columns, whatever the machine's vectors, so that sums run in one order.</summary>
    public const int Lane = 8;

    private readonly Lazy<MissingPatterns> _patterns;

    private MaskedMatrix(int rows, int columns)
    {
        _patterns = new Lazy<MissingPatterns>(() => new MissingPatterns(this));
        (Rows, Columns, Stride) = (rows, columns, PaddedWidth(columns));
        Values = new double[rows * (long)Stride];
        Observed = new double[rows * (long)Stride];
        Weights = new double[rows];
        Array.Fill(Weights, 1.0);
    }

    private MaskedMatrix(MaskedMatrix table, double[] weights) =>
        (Rows, Columns, Stride, Values, Observed, Weights, _patterns) =
            (table.Rows, table.Columns, table.Stride, table.Values, table.Observed, weights, table._patterns);

    /// <summary>n.</summary>
    public int Rows { get; }

    /// <summary>p.</summary>
    public int Columns { get; }

    /// <summary>p rounded up to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>[n, Stride]; 0 where missing.</summary>
    public double[] Values { get; }

    /// <summary>[n, Stride]; 1 where observed, 0 where missing and in the padding.</summary>
    public double[] Observed { get; }

    /// <summary>How often each row counts in a fit, [n]; 1 unless weighted.</summary>
    public double[] Weights { get; }

    /// <summary>Which rows miss the same cells.</summary>
    public MissingPatterns Patterns => _patterns.Value;

    /// <summary>Columns rounded up to whole vectors.</summary>
    public static int PaddedWidth(int columns) => (columns + Lane - 1) / Lane * Lane;

    /// <summary>Copies an encoded table.</summary>
    /// <exception cref="UserInputException">A column has no observed value.</exception>
    public static MaskedMatrix From(EncodedTable table)
    {
        var matrix = new MaskedMatrix(table.Rows, table.Columns);
        var seen = new int[table.Columns];
        for (var row = 0; row < table.Rows; row++)
        {
            for (var column = 0; column < table.Columns; column++)
            {
                var from = row * table.Columns + column;
                if (table.Observed[from] == 0f) continue;
                matrix.Values[row * matrix.Stride + column] = table.Values[from];
                matrix.Observed[row * matrix.Stride + column] = 1.0;
                seen[column]++;
            }
        }

        var empty = Array.IndexOf(seen, 0);
        return empty < 0 ? matrix : throw new UserInputException(
            $"encoded column {empty} has no observed value in {table.Rows} rows; a column needs at least one to be modelled: remove it or supply values.");
    }

    /// <summary>The same table, its rows weighted.</summary>
    /// <param name="weights">Of sum n, [n].</param>
    public MaskedMatrix Weighted(double[] weights) => new(this, weights);

    /// <summary>A choice of rows, in its order.</summary>
    public MaskedMatrix Choose(ReadOnlySpan<int> rows)
    {
        var chosen = new MaskedMatrix(rows.Length, Columns);
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(chosen.Values.AsSpan(i * Stride));
            Mask(rows[i]).CopyTo(chosen.Observed.AsSpan(i * Stride));
        }

        return chosen;
    }

    /// <summary>A completed table under another mask.</summary>
    /// <param name="complete">Values of all cells, [n, Stride].</param>
    /// <param name="observed">The mask, [n, Stride].</param>
    public MaskedMatrix WithMask(double[] complete, double[] observed)
    {
        var masked = new MaskedMatrix(Rows, Columns);
        observed.CopyTo(masked.Observed, 0);
        for (var i = 0; i < complete.Length; i++) masked.Values[i] = observed[i] * complete[i];
        return masked;
    }

    /// <summary>A row's values, [Stride].</summary>
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Stride, Stride);

    /// <summary>A row's mask, [Stride].</summary>
    public ReadOnlySpan<double> Mask(int row) => Observed.AsSpan(row * Stride, Stride);

    /// <summary>The rows that observe a column, ascending.</summary>
    public int[] RowsThatObserve(int column) => [.. Enumerable.Range(0, Rows).Where(row => Observed[row * Stride + column] == 1.0)];

    /// <summary>How many rows observe each column, [p].</summary>
    public int[] ObservedCounts()
    {
        var counts = new int[Columns];
        for (var row = 0; row < Rows; row++)
        {
            var mask = Mask(row);
            for (var column = 0; column < Columns; column++) counts[column] += (int)mask[column];
        }

        return counts;
    }

    /// <summary>Sum over a padded row of a * b.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        for (var j = 0; j < a.Length; j += Vector<double>.Count) sum += new Vector<double>(a[j..]) * new Vector<double>(b[j..]);
        return Vector.Sum(sum);
    }

    /// <summary>Adds a multiple of one padded row to another.</summary>
    public static void AddScaled(ReadOnlySpan<double> source, double factor, Span<double> destination)
    {
        var scale = new Vector<double>(factor);
        for (var j = 0; j < source.Length; j += Vector<double>.Count)
        {
            Vector.FusedMultiplyAdd(new Vector<double>(source[j..]), scale, new Vector<double>(destination[j..])).CopyTo(destination[j..]);
        }
    }
}
