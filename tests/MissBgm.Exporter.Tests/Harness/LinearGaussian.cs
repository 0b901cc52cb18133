using MathNet.Numerics.LinearAlgebra;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>
/// A MissBGM model whose posterior is known: x | z ~ N(b + W z, diag v) with a mask that does not depend on x, hence x ~ N(b, W W' + diag
/// v).
/// </summary>
internal sealed class LinearGaussian
{
    private const double Floor = 1e-4;
    private readonly Vector<double> _mean;
    private readonly Matrix<double> _covariance;

    public LinearGaussian(int latentDimension, int columns)
    {
        var loadings = Randomly.Normals(latentDimension * columns, 901, 0.8);
        var intercepts = Randomly.Normals(columns, 902, 0.5);
        var heads = Randomly.Uniforms(columns, 903, -1.5, 0);
        float[] Single(double[] values) => Array.ConvertAll(values, value => (float)value);
        DenseWeights Constant(int inputs, int outputs) => new(inputs, outputs, new float[inputs * outputs], new float[outputs]);
        Weights = new MissBgmWeights(
            new GeneratorWeights(
                null,
                [],
                new DenseWeights(latentDimension, columns, Single(loadings), Single(intercepts)),
                Constant(latentDimension, columns) with { Bias = Single(heads) },
                Floor,
                0.2),
            new PerceptronWeights([], Constant(columns, columns), 0.2),
            new PerceptronWeights([], Constant(columns, latentDimension), 0.2));
        _mean = Vector<double>.Build.DenseOfArray(intercepts);
        var w = Matrix<double>.Build.DenseOfRowMajor(latentDimension, columns, loadings);
        _covariance = w.TransposeThisAndMultiply(w)
            + Matrix<double>.Build.DenseOfDiagonalArray(Array.ConvertAll(heads, head => Reference.Softplus(head) + Floor));
    }

    public MissBgmWeights Weights { get; }

    /// <summary>Mean and s.d. of a missing column given observed ones, standardised.</summary>
    public (double Mean, double Deviation) Posterior(int missing, int[] observed, double[] values)
    {
        var among = Select(observed, observed);
        var cross = Select([missing], observed);
        var residual = Vector<double>.Build.Dense(observed.Length, i => values[i] - _mean[observed[i]]);
        var explained = (cross * among.Solve(cross.Transpose()))[0, 0];
        return (_mean[missing] + (cross * among.Solve(residual))[0], Math.Sqrt(_covariance[missing, missing] - explained));
    }

    private Matrix<double> Select(int[] rows, int[] columns) =>
        Matrix<double>.Build.Dense(rows.Length, columns.Length, (i, j) => _covariance[rows[i], columns[j]]);
}
