using MissBgm.Bench.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

public class NodeCountTests
{
    [Fact]
    public void The_derived_latent_gradient_has_at_most_1_3_times_the_nodes_of_one_derived_by_hand_and_agrees_with_it()
    {
        const int n = 9;
        var weights = Randomly.Generator(5, [24, 24, 24, 24, 24], 50, stream: 1, normalised: false);
        var (derived, byHand) = (LatentGradientGraph.Build(weights), HandDerivedLatentGradient.Build(weights));
        Assert.InRange(OnnxModel.NodeCount(derived), 1, (int)(1.3 * OnnxModel.NodeCount(byHand)));
        (string, double[], int[])[] inputs = [("z", Randomly.Normals(n * 5, 1, 0.3), [n, 5]), ("x", Randomly.Normals(n * 50, 2), [n, 50])];
        var (left, right) = (Host.Run(derived, inputs), Host.Run(byHand, inputs));
        foreach (var name in left.Keys)
        {
            var scale = left[name].Max(Math.Abs);
            for (var i = 0; i < left[name].Length; i++) Assert.Equal(right[name][i], left[name][i], 1e-4 * scale);
        }
    }

    [Fact]
    public void A_sweep_evaluates_each_gradient_once_for_each_leapfrog_step_and_the_generator_not_once_more()
    {
        var weights = Randomly.Model(3, 5, [8, 8]);
        int Products(int leapfrogSteps) => OnnxModel.Describe(GibbsSweepGraph.Build(weights, leapfrogSteps)).Graph.Node.Count(node => node.OpType == "Gemm");
        // Forward and back through a generator of 2 + 2 layers and a mask network of 2 + 1: 8 and 6 products a step, and one gradient at the start.
        Assert.Equal(6 * (8 + 6), Products(5));
        Assert.Equal(11 * (8 + 6), Products(10));
    }
}
