using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>Dense layers as initializers.</summary>
internal static class DenseLayer
{
    public static (Tensor Kernel, Tensor Bias) Place(Graph graph, DenseWeights layer, string name) =>
        (graph.Constant(layer.Kernel, [layer.Inputs, layer.Outputs], $"{name}.kernel"), graph.Constant(layer.Bias, [layer.Outputs], $"{name}.bias"));

    /// <summary>A layer that takes un-normalised inputs: the normalisation before it is affine, so it folds into kernel and bias.</summary>
    public static (Tensor Kernel, Tensor Bias) Place(Graph graph, BatchNormWeights norm, DenseWeights layer, string name)
    {
        var kernel = new double[layer.Inputs * layer.Outputs];
        var bias = Array.ConvertAll(layer.Bias, value => (double)value);
        for (var i = 0; i < layer.Inputs; i++)
        {
            var scale = norm.Scale[i] / Math.Sqrt(norm.Variance[i] + norm.Epsilon);
            var offset = norm.Offset[i] - norm.Mean[i] * scale;
            for (var j = 0; j < layer.Outputs; j++)
            {
                kernel[i * layer.Outputs + j] = scale * layer.Kernel[i * layer.Outputs + j];
                bias[j] += offset * layer.Kernel[i * layer.Outputs + j];
            }
        }

        return (graph.Constant(kernel, [layer.Inputs, layer.Outputs], $"{name}.kernel"), graph.Constant(bias, [layer.Outputs], $"{name}.bias"));
    }
}
