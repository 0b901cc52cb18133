using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Bench.Graphs;

/// <summary>
/// latent_gradient.onnx as one would write it by hand: the forward pass, and the gradient of MissBGM Eq. 6 from the chain rule on paper. What the derived
/// graph is measured against.
/// </summary>
internal static class HandDerivedLatentGradient
{
    public static Graph Build(GeneratorWeights weights)
    {
        var graph = new Graph("hand_derived", "Eq. 6 and its gradient, derived by hand.");
        var (d, p) = (weights.LatentDimension(), weights.Columns());
        var z = graph.Input("z", ["N", d], "Latent variables.");
        var x = graph.Input("x", ["N", p], "Completed rows.");
        var layers = weights.Hidden.Select(layer => Place(graph, layer)).ToArray();
        var (meanKernel, meanBias) = Place(graph, weights.Mean);
        var (varianceKernel, varianceBias) = Place(graph, weights.Variance);

        var activations = new List<Tensor> { z };
        foreach (var (kernel, bias) in layers) activations.Add(activations[^1].Dense(kernel, bias).LeakyRelu(weights.LeakySlope));
        var head = activations[^1].Dense(varianceKernel, varianceBias);
        var variance = head.Softplus() + weights.VarianceFloor;
        var residual = x - activations[^1].Dense(meanKernel, meanBias);
        var ratio = residual / variance;
        var weighted = residual * ratio;
        graph.Output("log_density", -0.5 * (z.Square().Sum(1) + (weighted + variance.Log()).Sum(1)), "Minus Eq. 6.");

        // d/dmean = ratio; d/dvariance = (weighted - 1) / (2 variance); softplus' = sigmoid.
        var varianceFlow = 0.5 * (weighted - 1) / variance * head.Sigmoid();
        var flow = varianceFlow.Gemm(varianceKernel, ratio.Gemm(meanKernel, transposeB: true), transposeB: true);
        for (var i = layers.Length - 1; i >= 0; i--)
        {
            flow = (flow * activations[i + 1].Greater(0).Where(1, weights.LeakySlope)).Gemm(layers[i].Kernel, transposeB: true);
        }

        graph.Output("gradient", flow - z, "Gradient.");
        return graph;
    }

    private static (Tensor Kernel, Tensor Bias) Place(Graph graph, DenseWeights layer) =>
        (graph.Constant(layer.Kernel, [layer.Inputs, layer.Outputs]), graph.Constant(layer.Bias, [layer.Outputs]));
}
