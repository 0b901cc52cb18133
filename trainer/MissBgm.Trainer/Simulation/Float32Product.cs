namespace MissBgm.Trainer.Simulation;

/// <summary>
/// The float32 matrix product as NumPy's BLAS computes it for a short inner dimension: each cell one chain of fused multiply-adds in the order of
/// the inner index. It gives the benchmark's conditional means bit for bit, which plain multiply-and-add and exact sums do not.
/// </summary>
internal static class Float32Product
{
    /// <summary>left times right: [n, k] by [k, m].</summary>
    internal static Matrix<float> Multiply(Matrix<float> left, Matrix<float> right)
    {
        var product = new Matrix<float>(left.Rows, right.Columns);
        for (var i = 0; i < left.Rows; i++)
        {
            for (var k = 0; k < left.Columns; k++)
            {
                for (var j = 0; j < right.Columns; j++)
                {
                    product[i, j] = MathF.FusedMultiplyAdd(left[i, k], right[k, j], product[i, j]);
                }
            }
        }

        return product;
    }
}
