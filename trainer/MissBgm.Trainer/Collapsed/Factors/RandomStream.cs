using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>The random numbers of one draw of the parameters, one after the other.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="draw">Number of the draw.</param>
/// <param name="purpose">What they are for.</param>
internal sealed class RandomStream(Philox random, int draw, RandomPurpose purpose = RandomPurpose.ParameterDraw)
{
    private readonly float[] _normals = new float[256];
    private readonly float[] _uniforms = new float[256];
    private int _normalsUsed = 256;
    private int _uniformsUsed = 256;
    private long _normalBlocks;
    private long _uniformBlocks;

    /// <summary>A standard normal number.</summary>
    public double Normal()
    {
        if (_normalsUsed == _normals.Length)
        {
            random.Normals(_normals, purpose, draw, 0, _normalBlocks++);
            _normalsUsed = 0;
        }

        return _normals[_normalsUsed++];
    }

    /// <summary>A uniform number on (0, 1).</summary>
    public double Uniform()
    {
        if (_uniformsUsed == _uniforms.Length)
        {
            random.Uniforms(_uniforms, purpose, draw, 1, _uniformBlocks++);
            _uniformsUsed = 0;
        }

        return _uniforms[_uniformsUsed++];
    }

    /// <summary>A chi-squared number, twice a gamma one (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000).</summary>
    /// <param name="degreesOfFreedom">Above 0.</param>
    public double ChiSquared(double degreesOfFreedom)
    {
        var shape = 0.5 * degreesOfFreedom;
        if (shape < 1.0) return ChiSquared(degreesOfFreedom + 2.0) * Math.Pow(Uniform(), 1.0 / shape);
        var d = shape - 1.0 / 3.0;
        var c = 1.0 / Math.Sqrt(9.0 * d);
        while (true)
        {
            var x = Normal();
            var v = 1.0 + c * x;
            if (v <= 0.0) continue;
            v = v * v * v;
            if (Math.Log(Uniform()) < 0.5 * x * x + d * (1.0 - v + Math.Log(v))) return 2.0 * d * v;
        }
    }

    /// <summary>
    /// An inverse-Wishart matrix, by Bartlett's decomposition: with S = L L', A lower triangular of chi on its diagonal and normal numbers
    /// below, (L A'^-1)(L A'^-1)'. Row-major [p, p].
    /// </summary>
    /// <param name="factor">L, the Cholesky factor of the scale matrix S, [p, p].</param>
    /// <param name="p">Its size.</param>
    /// <param name="degreesOfFreedom">At least p; the mean is S / (degreesOfFreedom - p - 1).</param>
    public double[] InverseWishart(double[] factor, int p, double degreesOfFreedom)
    {
        var bartlett = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < i; j++) bartlett[i * p + j] = Normal();
            bartlett[i * p + i] = Math.Sqrt(ChiSquared(degreesOfFreedom - i));
        }

        // Rows of L A'^-1 are A^-1 times rows of L.
        var root = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            factor.AsSpan(i * p, i + 1).CopyTo(root.AsSpan(i * p));
            Cholesky.SolveLower(bartlett, p, root.AsSpan(i * p, p));
        }

        return Square(root, p);
    }

    /// <summary>A Wishart matrix of the scale matrix L L', row-major [p, p].</summary>
    /// <param name="factor">L, [p, p].</param>
    /// <param name="p">Its size.</param>
    /// <param name="degreesOfFreedom">At least p; the mean is that many times L L'.</param>
    public double[] Wishart(double[] factor, int p, double degreesOfFreedom)
    {
        var root = new double[p * p];
        for (var j = 0; j < p; j++)
        {
            for (var k = 0; k <= j; k++)
            {
                var entry = k == j ? Math.Sqrt(ChiSquared(degreesOfFreedom - j)) : Normal();
                for (var i = j; i < p; i++) root[i * p + k] += factor[i * p + j] * entry;
            }
        }

        return Square(root, p);
    }

    private static double[] Square(double[] root, int p)
    {
        var matrix = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < p; k++) sum += root[i * p + k] * root[j * p + k];
                matrix[i * p + j] = matrix[j * p + i] = sum;
            }
        }

        return matrix;
    }
}
